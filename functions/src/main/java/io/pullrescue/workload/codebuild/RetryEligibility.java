package io.pullrescue.workload.codebuild;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a build must not run again: it is not ours to retry, or it would be a loop or a stampede. */
final class RetryEligibility {
  private static final Duration RETRY_WINDOW = Duration.ofHours(1);

  private final RetryConfig config;

  RetryEligibility(RetryConfig config) {
    this.config = config;
  }

  /** The first reason that holds; empty where there is none. */
  Optional<String> skipReason(
      RetryContext context, RetryState retryState, List<MirroredImage> mirroredImages) {
    return ineligibleReason(context.build(), context.project())
        .or(() -> alreadySubstitutedReason(retryState, mirroredImages))
        .or(() -> retryLimitReason(retryState.attempt()))
        .or(() -> hourlyLimitReason(context));
  }

  private static Optional<String> ineligibleReason(Build build, ProjectInfo project) {
    if (build.isProbe()) {
      return Optional.of("it is a probe of pull-rescue's own, which nothing waits for");
    }
    if (!build.failed() || build.failedPhase().isEmpty()) {
      return Optional.of("it is " + build.status() + ", not failed");
    }
    if (project.optedOut()) {
      return Optional.of("its project has the tag pull-rescue = off");
    }
    if (project.runner()) {
      return Optional.of(
          "its project runs jobs that another service hands out, each once; run the job again"
              + " there, from the copy");
    }
    return build.autoRetried()
        ? Optional.of("CodeBuild's own auto-retry has started the next build already")
        : Optional.empty();
  }

  /** A copy that was there and did not help will not help the next time. */
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
            "it is a retry that already had the copy of "
                + repeatedImages
                + " and failed on it all the same; see what its log says of pull-rescue, or point"
                + " the reference at the mirror");
  }

  /** What is asked of the retries that were before this one. */
  Optional<String> retryLimitReason(int retries) {
    return retries >= config.maxRetries()
        ? Optional.of("it is retry number " + retries + "; " + config.maxRetries() + " is most")
        : Optional.empty();
  }

  private Optional<String> hourlyLimitReason(RetryContext context) {
    var recentRetries = context.history().retriesSince(context.now().minus(RETRY_WINDOW));
    return recentRetries >= config.maxRetriesPerHour()
        ? Optional.of(
            recentRetries
                + " builds of its project ran again within the last hour; "
                + config.maxRetriesPerHour()
                + " is most")
        : Optional.empty();
  }
}
