package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineTriggerDeclaration;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/**
 * Retries failed actions of AWS CodePipeline stages (GetPipelineState, RetryStageExecution).
 *
 * @see <a href="https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html">Retry a
 *     failed stage</a>
 */
final class PipelineStageRetrier {
  private final CodePipelineClient codePipeline;

  PipelineStageRetrier(CodePipelineClient codePipeline) {
    this.codePipeline = codePipeline;
  }

  /** Checks whether the stage whose latest execution contains this build can be retried. */
  RetryReadiness checkReadiness(String pipeline, Build build) {
    try {
      return findStage(pipeline, build);
    } catch (AwsServiceException error) {
      // The role of the function may not access pipelines that have opted out.
      if (!"AccessDeniedException".equals(error.awsErrorDetails().errorCode())) {
        throw error;
      }
      return new NotRetryable(
          "access to its pipeline "
              + pipeline
              + " is denied, as it is if the pipeline has the tag pull-rescue = off; retry the stage"
              + " manually");
    }
  }

  private RetryReadiness findStage(String pipeline, Build build) {
    return codePipeline.getPipelineState(request -> request.name(pipeline)).stageStates().stream()
        .filter(stage -> stage.actionStates().stream().anyMatch(action -> refersTo(action, build)))
        .findFirst()
        .map(stage -> checkReadiness(pipeline, stage))
        .orElseGet(() ->
            new NotRetryable(
                "no stage of its pipeline " + pipeline + " has it as latest execution any more"));
  }

  /** The external execution id is the id of the build, alone or at the end of an ARN. */
  private static boolean refersTo(ActionState action, Build build) {
    return action.latestExecution() != null
        && action.latestExecution().externalExecutionId() != null
        && action.latestExecution().externalExecutionId().endsWith(build.id());
  }

  /** CodePipeline updates the stage some seconds after CodeBuild has published the build's end. */
  private RetryReadiness checkReadiness(String pipeline, StageState stage) {
    var name = "stage " + stage.stageName() + " of its pipeline " + pipeline;
    var execution = stage.latestExecution();
    if (execution == null || execution.status() == StageExecutionStatus.IN_PROGRESS) {
      return new InProgress(name + " has not ended");
    }
    if (execution.status() != StageExecutionStatus.FAILED) {
      return new NotRetryable(
          "the status of " + name + " is " + execution.statusAsString() + ", not Failed");
    }
    if (hasOtherInboundExecution(stage, execution.pipelineExecutionId())) {
      return new NotRetryable("a newer execution waits for " + name);
    }
    var retries = Optional.ofNullable(stage.retryStageMetadata());
    var declaration = codePipeline.getPipeline(request -> request.name(pipeline)).pipeline();
    return hasAutomaticRetry(declaration, stage) && automaticRetries(retries) == 0
        ? new NotRetryable(
            name + " has automatic retry enabled (`onFailure: RETRY`) and has not retried yet")
        : new Ready(
            stage.stageName(),
            execution.pipelineExecutionId(),
            manualRetries(retries),
            null,
            hasPullRequestTrigger(declaration));
  }

  private static boolean hasOtherInboundExecution(StageState stage, String executionId) {
    return Stream.concat(
            Stream.ofNullable(stage.inboundExecution()), stage.inboundExecutions().stream())
        .anyMatch(inbound -> !executionId.equals(inbound.pipelineExecutionId()));
  }

  /**
   * Returns whether pull requests start the pipeline. Which of its triggers has started an
   * execution, GetPipelineState does not say.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html">GitConfiguration</a>
   */
  private static boolean hasPullRequestTrigger(PipelineDeclaration pipeline) {
    return pipeline.triggers().stream()
        .map(PipelineTriggerDeclaration::gitConfiguration)
        .anyMatch(git -> git != null && !git.pullRequest().isEmpty());
  }

  private static boolean hasAutomaticRetry(PipelineDeclaration pipeline, StageState stage) {
    return pipeline.stages().stream()
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

  /** Retries the failed actions and returns a description of what was started. */
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
