package io.pullrescue.retry;

/** What a build is only a part of, and which runs its failed parts again by itself. */
public sealed interface Whole {
  /** The stage of this pipeline that the build was an action of. */
  record Stage(String pipeline) implements Whole {}

  /**
   * A batch build.
   *
   * @param id {@code project:uuid}
   */
  record Batch(String id) implements Whole {}
}
