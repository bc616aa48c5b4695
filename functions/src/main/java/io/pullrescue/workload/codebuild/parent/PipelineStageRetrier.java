package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/**
 * Stages of AWS CodePipeline (GetPipelineState, RetryStageExecution).
 *
 * @see <a href="https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html">Retry a
 *     failed stage</a>
 */
final class PipelineStageRetrier {
  private final CodePipelineClient codePipeline;

  PipelineStageRetrier(CodePipelineClient codePipeline) {
    this.codePipeline = codePipeline;
  }

  /** Whether the stage that shows this build can run its failed actions again. */
  RetryReadiness checkReadiness(String pipeline, Build build) {
    return codePipeline.getPipelineState(request -> request.name(pipeline)).stageStates().stream()
        .filter(stage -> stage.actionStates().stream().anyMatch(action -> refersTo(action, build)))
        .findFirst()
        .map(stage -> checkReadiness(pipeline, stage))
        .orElseGet(() ->
            new NotRetryable("its pipeline " + pipeline + " has moved on and no longer shows it"));
  }

  /** The id of the build stands there, whole or as the end of an ARN. */
  private static boolean refersTo(ActionState action, Build build) {
    return action.latestExecution() != null
        && action.latestExecution().externalExecutionId() != null
        && action.latestExecution().externalExecutionId().endsWith(build.id());
  }

  /** A stage hears of its build's end some seconds after everybody else does. */
  private RetryReadiness checkReadiness(String pipeline, StageState stage) {
    var name = "the stage " + stage.stageName() + " of its pipeline " + pipeline;
    var execution = stage.latestExecution();
    if (execution == null || execution.status() == StageExecutionStatus.IN_PROGRESS) {
      return new InProgress(name + " has not ended");
    }
    if (execution.status() != StageExecutionStatus.FAILED) {
      return new NotRetryable(name + " is " + execution.statusAsString() + ", not Failed");
    }
    var retries = Optional.ofNullable(stage.retryStageMetadata());
    return hasAutomaticRetry(pipeline, stage) && automaticRetries(retries) == 0
        ? new NotRetryable(name + " retries itself")
        : new Ready(stage.stageName(), execution.pipelineExecutionId(), manualRetries(retries));
  }

  private boolean hasAutomaticRetry(String pipeline, StageState stage) {
    return codePipeline.getPipeline(request -> request.name(pipeline)).pipeline().stages().stream()
        .filter(stageDeclaration -> stageDeclaration.name().equals(stage.stageName()))
        .map(declaration -> declaration.onFailure())
        .anyMatch(failureConditions ->
            failureConditions != null && "RETRY".equals(failureConditions.resultAsString()));
  }

  private static int automaticRetries(Optional<RetryStageMetadata> retries) {
    return retries.map(RetryStageMetadata::autoStageRetryAttempt).orElse(0);
  }

  private static int manualRetries(Optional<RetryStageMetadata> retries) {
    return retries.map(RetryStageMetadata::manualStageRetryAttempt).orElse(0);
  }

  /** Runs the failed actions again; what runs, in words. */
  String retry(String pipeline, Ready stage) {
    codePipeline.retryStageExecution(request ->
        request
            .pipelineName(pipeline)
            .stageName(stage.stageName())
            .pipelineExecutionId(stage.executionId())
            .retryMode(StageRetryMode.FAILED_ACTIONS));
    return "the failed actions of stage " + stage.stageName() + " of pipeline " + pipeline;
  }
}
