package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import org.jspecify.annotations.Nullable;

/** How the work is to run again, or why not. */
public sealed interface BuildRetryPlan {
  /**
   * Start the build again.
   *
   * @param original the build that failed; the new one is as like it as the API allows
   * @param retryState where the new build stands
   * @param environmentImage the copy to run in; null where the image stays
   * @param buildspec the text to run; null where it stays
   */
  record StartBuild(
      Build original,
      RetryState retryState,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec)
      implements BuildRetryPlan {}

  /**
   * Read the buildspec first, which the project only points at; the planner goes on from its text.
   *
   * @param retryState where the new build will stand
   * @param location where the buildspec is kept
   */
  record FetchBuildspec(Build original, RetryState retryState, BuildspecLocation.External location)
      implements BuildRetryPlan {}

  /**
   * Have the pipeline's stage or the batch run its failed parts again.
   *
   * @param retryState where the next build will stand
   * @param projectUpdate what the project has to say first; null where it names the copy already
   */
  record RetryParent(
      Build original,
      RetryState retryState,
      ParentExecution parent,
      @Nullable ProjectUpdate projectUpdate)
      implements BuildRetryPlan {}

  /** It runs again already, as {@code build}. */
  record AlreadyRetried(String buildId) implements BuildRetryPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Skip(String reason) implements BuildRetryPlan {}
}
