package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
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
      case ParentExecution.PipelineStage pipelineStage ->
          pipelineStages().checkReadiness(pipelineStage.pipeline(), build);
      case ParentExecution.BuildBatch buildBatch ->
          buildBatches.checkReadiness(buildBatch.id(), build);
    };
  }

  /**
   * Retries the failed parts of the parent.
   *
   * @return a description of what was started
   */
  public String retry(ParentExecution parent, Ready ready) {
    return switch (parent) {
      case ParentExecution.PipelineStage pipelineStage ->
          pipelineStages().retry(pipelineStage.pipeline(), ready);
      case ParentExecution.BuildBatch _ -> buildBatches.retry(ready);
    };
  }

  private PipelineStageRetrier pipelineStages() {
    return new PipelineStageRetrier(codePipeline.get());
  }
}
