package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.parent.ParentExecution.PipelineStage;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
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

  /**
   * Checks whether the stage whose latest execution contains a build can be retried.
   *
   * @param ids the id of the build, and of its batch build if the action started one
   */
  RetryReadiness checkReadiness(PipelineStage parent, Set<String> ids) {
    var pipeline = parent.pipeline();
    try {
      return findStage(parent, ids);
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

  private RetryReadiness findStage(PipelineStage parent, Set<String> ids) {
    return codePipeline
        .getPipelineState(request -> request.name(parent.pipeline()))
        .stageStates()
        .stream()
        .filter(stage -> stage.actionStates().stream().anyMatch(action -> refersTo(action, ids)))
        .findFirst()
        .map(stage -> checkReadiness(parent, stage))
        .orElseGet(() -> new NotRetryable(notLatestReason(parent.pipeline())));
  }

  /** Of executions that run in parallel the state of a pipeline shows one. */
  private String notLatestReason(String pipeline) {
    var reason = "no stage of its pipeline " + pipeline + " has it as latest execution any more";
    return declaration(pipeline).executionMode() == ExecutionMode.PARALLEL
        ? reason
            + ", because its executions run in parallel and the state of the pipeline shows only"
            + " one of them; retry the stage of the other execution manually"
        : reason;
  }

  private PipelineDeclaration declaration(String pipeline) {
    return codePipeline.getPipeline(request -> request.name(pipeline)).pipeline();
  }

  /**
   * The external execution id is the id of the build, alone or at the end of an ARN.
   *
   * @see <a href="https://gist.github.com/rupertbg/1fbdec3dfa746e0d5eee69234d995689">A build that
   *     looks itself up in its pipeline</a>
   */
  private static boolean refersTo(ActionState action, Set<String> ids) {
    return action.latestExecution() != null
        && action.latestExecution().externalExecutionId() != null
        && ids.stream().anyMatch(action.latestExecution().externalExecutionId()::endsWith);
  }

  /** CodePipeline updates the stage some seconds after CodeBuild has published the build's end. */
  private RetryReadiness checkReadiness(PipelineStage parent, StageState stage) {
    var pipeline = parent.pipeline();
    var name = "stage " + stage.stageName() + " of its pipeline " + pipeline;
    var execution = stage.latestExecution();
    if (execution == null || execution.status() == StageExecutionStatus.IN_PROGRESS) {
      return new InProgress(name + " has not ended");
    }
    if (execution.status() != StageExecutionStatus.FAILED) {
      return new NotRetryable(
          "the status of " + name + " is " + execution.statusAsString() + ", not Failed");
    }
    var declaration = declaration(pipeline);
    // Executions that run in parallel replace no other.
    if (declaration.executionMode() != ExecutionMode.PARALLEL
        && hasOtherInboundExecution(stage, execution.pipelineExecutionId())) {
      return new NotRetryable("a newer execution waits for " + name);
    }
    var retries = Optional.ofNullable(stage.retryStageMetadata());
    return hasAutomaticRetry(declaration, stage) && automaticRetries(retries) == 0
        ? new NotRetryable(
            name + " has automatic retry enabled (`onFailure: RETRY`) and has not retried yet")
        : new Ready(
            parent,
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
  String retry(PipelineStage parent, Ready stage) {
    var pipeline = parent.pipeline();
    codePipeline.retryStageExecution(request ->
        request
            .pipelineName(pipeline)
            .stageName(stage.stageName())
            .pipelineExecutionId(stage.executionId())
            .retryMode(StageRetryMode.FAILED_ACTIONS));
    return "the failed actions of stage " + stage.stageName() + " of pipeline " + pipeline;
  }
}
