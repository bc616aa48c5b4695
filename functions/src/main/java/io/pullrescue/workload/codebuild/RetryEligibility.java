package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.FailureAgeLimit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.PullRequestBuildCommentApproval;
import software.amazon.awssdk.services.codebuild.model.Webhook;
import software.amazon.awssdk.services.codebuild.model.WebhookFilter;
import software.amazon.awssdk.services.codebuild.model.WebhookFilterType;

/**
 * Decides whether a build may be retried: not if others retry it, never with more permissions than
 * it had, never over newer content, and never without a limit.
 */
final class RetryEligibility {
  /** The window in which retries of a project are counted. */
  static final Duration RETRY_WINDOW = Duration.ofHours(1);

  private final RetryConfig config;

  RetryEligibility(RetryConfig config) {
    this.config = config;
  }

  /** Returns the first reason not to retry the build; empty if it may be retried. */
  Optional<String> skipReason(
      RetryContext context, RetryState retryState, List<MirroredImage> mirroredImages) {
    return ineligibleReason(context.build(), context.project())
        .or(() -> notSelectedReason(context.project()))
        .or(() -> otherRoleReason(context.build(), context.project()))
        .or(() -> alreadySubstitutedReason(retryState, mirroredImages))
        .or(() -> retryLimitReason(retryState.attempt()))
        .or(() -> ageReason(context))
        .or(() -> unapprovedCommitReason(context.build(), context.project()))
        .or(() -> incompleteHistoryReason(context.history()))
        .or(() -> newerBuildReason(context))
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

  /**
   * StartBuild cannot set the role without the permission {@code iam:PassRole}, so the retry would
   * have the project's role.
   */
  private static Optional<String> otherRoleReason(Build build, Project project) {
    return isSameRole(build.serviceRole(), project.serviceRole())
        ? Optional.empty()
        : Optional.of(
            "it ran with the role "
                + roleName(build.serviceRole())
                + ", and a retry would run with the role of its project, "
                + roleName(project.serviceRole())
                + "; start it again with its own role");
  }

  /** The API returns the ARN of a role, or its name, for which it documents no path. */
  private static boolean isSameRole(@Nullable String role, @Nullable String other) {
    return (isArn(role) && isArn(other))
        ? Objects.equals(role, other)
        : roleName(role).equals(roleName(other));
  }

  private static boolean isArn(@Nullable String role) {
    return role != null && role.startsWith("arn:");
  }

  private static String roleName(@Nullable String role) {
    return role == null ? "(unknown)" : role.substring(role.lastIndexOf('/') + 1);
  }

  private Optional<String> ageReason(RetryContext context) {
    return new FailureAgeLimit(config.maxFailureAgeMinutes(), InstantSource.fixed(context.now()))
        .blockingReason(BuildInspector.endTime(context.build()).orElse(null));
  }

  /**
   * Before the source is downloaded, a build of a pull request has no commit, so its retry would
   * build what the pull request contains by then, without the approval that a webhook asks for.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html">
   *     Pull request comment approval</a>
   */
  private static Optional<String> unapprovedCommitReason(Build build, Project project) {
    var version = SourceVersion.of(build);
    return version.isPullRequest() && !version.isFixed() && restrictsPullRequests(project.webhook())
        ? Optional.of(
            "it failed before it had a commit of its pull request, and the project's webhook limits"
                + " who may have a pull request built; approve a new build in the pull request")
        : Optional.empty();
  }

  private static boolean restrictsPullRequests(@Nullable Webhook webhook) {
    if (webhook == null) {
      return false;
    }
    var policy = webhook.pullRequestBuildPolicy();
    return (policy != null
            && policy.requiresCommentApproval() != PullRequestBuildCommentApproval.DISABLED)
        || webhook.filterGroups().stream()
            .flatMap(List::stream)
            .anyMatch(filter -> filter.type() == WebhookFilterType.ACTOR_ACCOUNT_ID);
  }

  private static Optional<String> incompleteHistoryReason(BuildHistory history) {
    return history.isComplete()
        ? Optional.empty()
        : Optional.of(
            "its project has had more than "
                + BuildClient.MAX_HISTORY
                + " builds since it began, too many to find newer builds and to count retries for"
                + " `maxRetriesPerHour`; start it again if it is still wanted");
  }

  /** Whatever reads the current content of its source cannot be older than another build. */
  private static Optional<String> newerBuildReason(RetryContext context) {
    return Optional.of(context.build())
        .filter(build -> SourceVersion.of(build).isFixed())
        .flatMap(context.history()::findNewerBuild)
        .map(newer ->
            "its source was built again later, by "
                + newer.id()
                + " ("
                + newer.buildStatusAsString()
                + "), so a retry could replace the result of newer content; start it again if it is"
                + " still wanted");
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
    var recentRetries = context.history().startsSince(context.now().minus(RETRY_WINDOW));
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
