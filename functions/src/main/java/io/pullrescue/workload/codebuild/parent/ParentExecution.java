package io.pullrescue.workload.codebuild.parent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;

/** An execution that consists of several builds or actions and can retry its failed ones. */
public sealed interface ParentExecution {
  /** The prefix of {@code Build.initiator} for builds that a pipeline has started. */
  String PIPELINE_INITIATOR_PREFIX = "codepipeline/";

  /** The stage of a CodePipeline pipeline whose action started the build. */
  record PipelineStage(String pipeline) implements ParentExecution {
    /** Returns the stage by the initiator of a build or batch build; empty if it is no pipeline. */
    static Optional<PipelineStage> of(@Nullable String initiator) {
      return Optional.ofNullable(initiator)
          .filter(name -> name.startsWith(PIPELINE_INITIATOR_PREFIX))
          .map(name -> new PipelineStage(name.substring(PIPELINE_INITIATOR_PREFIX.length())));
    }
  }

  /**
   * A batch build.
   *
   * @param id {@code project:uuid}
   */
  record BuildBatch(String id) implements ParentExecution {}

  /** Returns the execution that a build is part of; empty for a build that was started alone. */
  static Optional<ParentExecution> of(Build build) {
    var batchArn = build.buildBatchArn();
    if (batchArn != null) {
      // arn:aws:codebuild:region:account:build-batch/project:uuid
      return Optional.of(new BuildBatch(batchArn.substring(batchArn.indexOf('/') + 1)));
    }
    return PipelineStage.of(build.initiator()).map(stage -> stage);
  }
}
