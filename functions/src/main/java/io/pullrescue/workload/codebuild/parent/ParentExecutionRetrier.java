package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.parent.ParentExecution.BuildBatch;
import io.pullrescue.workload.codebuild.parent.ParentExecution.PipelineStage;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;

/** Retries the failed parts of CodePipeline stages and CodeBuild batch builds. */
public final class ParentExecutionRetrier {
  private final Supplier<CodePipelineClient> codePipeline;
  private final BuildBatchRetrier buildBatches;

  /**
   * Creates a retrier.
   *
   * @param codePipeline creates the client when a pipeline is met, which most builds do not have
   */
  public ParentExecutionRetrier(
      Supplier<CodePipelineClient> codePipeline, CodeBuildClient codeBuild) {
    this.codePipeline = codePipeline;
    this.buildBatches = new BuildBatchRetrier(codeBuild);
  }

  /** Checks whether the parent has failed and this build is still one of its failed parts. */
  public RetryReadiness checkReadiness(ParentExecution parent, Build build) {
    return switch (parent) {
      case PipelineStage stage -> pipelineStages().checkReadiness(stage, Set.of(build.id()));
      case BuildBatch batch -> checkReadiness(batch, build);
    };
  }

  /** The batch build knows who started it; its builds do not. */
  private RetryReadiness checkReadiness(BuildBatch parent, Build build) {
    var batch = buildBatches.find(parent);
    return batch
        .flatMap(found -> PipelineStage.of(found.initiator()))
        .map(stage -> pipelineStages().checkReadiness(stage, Set.of(build.id(), batch.get().id())))
        .orElseGet(() -> buildBatches.checkReadiness(parent, batch, build));
  }

  /**
   * Retries the failed parts of the execution.
   *
   * @return a description of what was started
   */
  public String retry(Ready ready) {
    return switch (ready.execution()) {
      case PipelineStage stage -> pipelineStages().retry(stage, ready);
      case BuildBatch _ -> buildBatches.retry(ready);
    };
  }

  private PipelineStageRetrier pipelineStages() {
    return new PipelineStageRetrier(codePipeline.get());
  }
}
