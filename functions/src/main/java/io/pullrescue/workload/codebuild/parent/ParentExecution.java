package io.pullrescue.workload.codebuild.parent;

/** What a build is only a part of, and which runs its failed parts again by itself. */
public sealed interface ParentExecution {
  /** The stage of this pipeline that the build was an action of. */
  record PipelineStage(String pipeline) implements ParentExecution {}

  /**
   * A batch build.
   *
   * @param id {@code project:uuid}
   */
  record BuildBatch(String id) implements ParentExecution {}
}
