package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import org.jspecify.annotations.Nullable;

/** The decision how a failed build is retried, or why it is not. */
sealed interface BuildRetryPlan {
  /**
   * Start a new build with the settings of the failed one.
   *
   * @param retryState the state that the new build carries
   * @param environmentImage the mirrored image to run in; null to keep the image
   * @param buildspec the text to run; null to keep the buildspec
   * @param passesCredentials whether the build gets the Docker Hub credentials, if there are any
   */
  record StartBuild(
      RetryState retryState,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec,
      boolean passesCredentials)
      implements BuildRetryPlan {}

  /**
   * Fetch the buildspec, and plan again with its text.
   *
   * @param retryState the state that the new build will carry
   * @param purpose why the text is needed, as the end of a sentence; empty to edit it
   */
  record FetchBuildspec(RetryState retryState, BuildspecLocation.External location, String purpose)
      implements BuildRetryPlan {}

  /**
   * Retry the failed parts of the pipeline stage or batch build.
   *
   * @param retryState the state of the next build
   * @param projectUpdate the change to make first; null if the project references the mirror
   */
  record RetryParent(
      RetryState retryState, ParentExecution parent, @Nullable ProjectUpdate projectUpdate)
      implements BuildRetryPlan {}

  /** No action: the build has already been retried as {@code buildId}. */
  record AlreadyRetried(String buildId) implements BuildRetryPlan {}

  /**
   * Do not retry the build.
   *
   * @param reason the cause, and what the operator can do about it
   */
  record Skip(String reason) implements BuildRetryPlan {}

  /**
   * A change of a project, for a retry that accepts no overrides. The project itself records what
   * it had before, so that the change can be undone.
   *
   * @param retryState the state of the project's next builds, stored in environment variables
   * @param environmentImage the mirrored image to run in; null to keep the image
   * @param buildspec the text to run; null to keep the buildspec
   */
  record ProjectUpdate(
      RetryState retryState,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec) {}
}
