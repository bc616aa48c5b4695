package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Readiness.Never;
import io.pullrescue.retry.Readiness.NotYet;
import io.pullrescue.retry.Readiness.Ready;
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
final class CodePipelineStages {
  private final CodePipelineClient pipelines;

  CodePipelineStages(CodePipelineClient pipelines) {
    this.pipelines = pipelines;
  }

  /** Whether the stage that shows this build can run its failed actions again. */
  Readiness readiness(String pipeline, Build build) {
    return pipelines.getPipelineState(request -> request.name(pipeline)).stageStates().stream()
        .filter(stage -> stage.actionStates().stream().anyMatch(action -> shows(action, build)))
        .findFirst()
        .map(stage -> readiness(pipeline, stage))
        .orElseGet(
            () -> new Never("its pipeline " + pipeline + " has moved on and no longer shows it"));
  }

  /** The id of the build stands there, whole or as the end of an ARN. */
  private static boolean shows(ActionState action, Build build) {
    return action.latestExecution() != null
        && action.latestExecution().externalExecutionId() != null
        && action.latestExecution().externalExecutionId().endsWith(build.id());
  }

  /** A stage hears of its build's end some seconds after everybody else does. */
  private Readiness readiness(String pipeline, StageState stage) {
    var name = "the stage " + stage.stageName() + " of its pipeline " + pipeline;
    var execution = stage.latestExecution();
    if (execution == null || execution.status() == StageExecutionStatus.IN_PROGRESS) {
      return new NotYet(name + " has not ended");
    }
    if (execution.status() != StageExecutionStatus.FAILED) {
      return new Never(name + " is " + execution.statusAsString() + ", not Failed");
    }
    var retries = Optional.ofNullable(stage.retryStageMetadata());
    return retriesItself(pipeline, stage) && automatic(retries) == 0
        ? new Never(name + " retries itself")
        : new Ready(stage.stageName(), execution.pipelineExecutionId(), manual(retries));
  }

  private boolean retriesItself(String pipeline, StageState stage) {
    return pipelines.getPipeline(request -> request.name(pipeline)).pipeline().stages().stream()
        .filter(it -> it.name().equals(stage.stageName()))
        .map(it -> it.onFailure())
        .anyMatch(it -> it != null && "RETRY".equals(it.resultAsString()));
  }

  private static int automatic(Optional<RetryStageMetadata> retries) {
    return retries.map(RetryStageMetadata::autoStageRetryAttempt).orElse(0);
  }

  private static int manual(Optional<RetryStageMetadata> retries) {
    return retries.map(RetryStageMetadata::manualStageRetryAttempt).orElse(0);
  }

  /** Runs the failed actions again; what runs, in words. */
  String retry(String pipeline, Ready stage) {
    pipelines.retryStageExecution(request ->
        request
            .pipelineName(pipeline)
            .stageName(stage.stage())
            .pipelineExecutionId(stage.execution())
            .retryMode(StageRetryMode.FAILED_ACTIONS));
    return "the failed actions of stage " + stage.stage() + " of pipeline " + pipeline;
  }
}
