package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codebuild.model.WebhookFilterType;

/** Decides whether a build may be retried: not if others retry it, and never without a limit. */
final class RetryEligibility {
  private static final Duration RETRY_WINDOW = Duration.ofHours(1);

  private final RetryConfig config;

  RetryEligibility(RetryConfig config) {
    this.config = config;
  }

  /** Returns the first reason not to retry the build; empty if it may be retried. */
  Optional<String> skipReason(
      RetryContext context, RetryState retryState, List<MirroredImage> mirroredImages) {
    return ineligibleReason(context.build(), context.project())
        .or(() -> notSelectedReason(context.project()))
        .or(() -> alreadySubstitutedReason(retryState, mirroredImages))
        .or(() -> retryLimitReason(retryState.attempt()))
        .or(() -> hourlyLimitReason(context));
  }

  private static Optional<String> ineligibleReason(Build build, Project project) {
    if (ProbeBuild.isProbe(build)) {
      return Optional.of("it is a probe build of pull-rescue");
    }
    if (!BuildInspector.hasFailed(build) || FailedPhase.of(build).isEmpty()) {
      return Optional.of("its status is " + build.buildStatusAsString() + ", not FAILED");
    }
    if (isOptedOut(project)) {
      return Optional.of("its project has the tag pull-rescue = off");
    }
    if (isRunner(project)) {
      return Optional.of(
          "its project runs jobs of another CI service, which assigns each job only once; rerun the"
              + " job in that service, with the reference pointing at the mirror");
    }
    return hasNextAutoRetry(build)
        ? Optional.of("CodeBuild's own auto-retry has already started the next build")
        : Optional.empty();
  }

  private Optional<String> notSelectedReason(Project project) {
    return config.projects() == ProjectSelection.ALL || hasTagValue(project, "on")
        ? Optional.empty()
        : Optional.of("its project has no tag pull-rescue = on, and `projects` is tagged");
  }

  private static boolean isOptedOut(Project project) {
    return hasTagValue(project, "off");
  }

  private static boolean hasTagValue(Project project, String value) {
    return project.tags().stream()
        .anyMatch(tag -> tag.key().equals("pull-rescue") && tag.value().equals(value));
  }

  /**
   * Returns whether the webhook of a project subscribes to queued jobs of GitHub Actions, GitLab or
   * Buildkite.
   *
   * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html">Runner
   *     projects</a>
   */
  private static boolean isRunner(Project project) {
    return project.webhook() != null
        && project.webhook().filterGroups().stream()
            .flatMap(List::stream)
            .anyMatch(RetryEligibility::isQueuedJob);
  }

  private static boolean isQueuedJob(WebhookFilter filter) {
    return filter.type() == WebhookFilterType.EVENT
        && filter.pattern() != null
        && filter.pattern().contains("WORKFLOW_JOB_QUEUED");
  }

  private static boolean hasNextAutoRetry(Build build) {
    return build.autoRetryConfig() != null && build.autoRetryConfig().nextAutoRetry() != null;
  }

  /** A substitution that did not prevent the failure would not prevent it the next time. */
  private static Optional<String> alreadySubstitutedReason(
      RetryState retryState, List<MirroredImage> mirroredImages) {
    var substitutedImages = retryState.mirroredImages().stream().map(MirroredImage::image).toList();
    var repeatedImages =
        mirroredImages.stream()
            .map(MirroredImage::image)
            .filter(substitutedImages::contains)
            .map(ImageReference::familiarString)
            .collect(Collectors.joining(", "));
    return repeatedImages.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it is a retry that already used the mirrored image of "
                + repeatedImages
                + " and failed on it again; read the lines with pull-rescue in its log, or point the"
                + " reference at the mirror");
  }

  /** Returns the reason if the number of retries so far has reached the limit. */
  Optional<String> retryLimitReason(int retries) {
    if (config.maxRetries() == 0) {
      return Optional.of("retries are disabled (`maxRetries` is 0)");
    }
    return retries >= config.maxRetries()
        ? Optional.of(
            "retry limit reached: it is already retry "
                + retries
                + " (`maxRetries` is "
                + config.maxRetries()
                + ")")
        : Optional.empty();
  }

  private Optional<String> hourlyLimitReason(RetryContext context) {
    var recentRetries = context.history().retriesSince(context.now().minus(RETRY_WINDOW));
    return recentRetries >= config.maxRetriesPerHour()
        ? Optional.of(
            "hourly limit reached: "
                + recentRetries
                + " retries in its project within the last hour (`maxRetriesPerHour` is "
                + config.maxRetriesPerHour()
                + ")")
        : Optional.empty();
  }
}
