package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.function.Supplier;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;

/** Stages of AWS CodePipeline and batch builds of AWS CodeBuild. */
public final class ParentExecutionRetrier implements ParentExecutionRetrierPort {
  private final Supplier<CodePipelineClient> codePipeline;
  private final BuildBatchRetrier buildBatches;

  /** Asks these clients; most builds are started by no pipeline, so that client is made late. */
  public ParentExecutionRetrier(
      Supplier<CodePipelineClient> codePipeline, CodeBuildClient codeBuild) {
    this.codePipeline = codePipeline;
    this.buildBatches = new BuildBatchRetrier(codeBuild);
  }

  @Override
  public RetryReadiness checkReadiness(ParentExecution parent, Build build) {
    return switch (parent) {
      case ParentExecution.PipelineStage pipelineStage ->
          pipelineStages().checkReadiness(pipelineStage.pipeline(), build);
      case ParentExecution.BuildBatch buildBatch ->
          buildBatches.checkReadiness(buildBatch.id(), build);
    };
  }

  @Override
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
