package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.image.ImageReference;
import org.jspecify.annotations.Nullable;

/** How the work is to run again, or why not. */
public sealed interface RetryPlan {
  /**
   * Start the build again.
   *
   * @param original the build that failed; the new one is as like it as the API allows
   * @param chain where the new build stands
   * @param environmentImage the copy to run in; null where the image stays
   * @param buildspec the text to run; null where it stays
   */
  record StartBuild(
      Build original,
      Chain chain,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec)
      implements RetryPlan {}

  /**
   * Read the buildspec first, which the project only points at; the planner goes on from its text.
   *
   * @param chain where the new build will stand
   * @param place where the buildspec is kept
   */
  record ReadBuildspec(Build original, Chain chain, BuildspecPlace.Elsewhere place)
      implements RetryPlan {}

  /**
   * Have the pipeline's stage or the batch run its failed parts again.
   *
   * @param chain where the next build will stand
   * @param change what the project has to say first; null where it names the copy already
   */
  record RetryWhole(Build original, Chain chain, Whole whole, @Nullable ProjectChange change)
      implements RetryPlan {}

  /** It runs again already, as {@code build}. */
  record Running(String build) implements RetryPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Leave(String why) implements RetryPlan {}
}
