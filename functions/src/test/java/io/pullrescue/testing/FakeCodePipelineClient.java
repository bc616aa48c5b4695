package io.pullrescue.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineTriggerDeclaration;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageExecution;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/** AWS CodePipeline in memory: pipelines with one stage, {@code Build}, and one action in it. */
public final class FakeCodePipelineClient implements CodePipelineClient {
  public final List<RetryStageExecutionRequest> retries = new ArrayList<>();

  /** The names of the pipelines that were read. */
  public final List<String> pipelines = new ArrayList<>();

  /** The build that the action started. */
  public String buildId = TestFixtures.BUILD;

  public StageExecutionStatus status = StageExecutionStatus.FAILED;

  /** Whether IAM denies access. */
  public boolean denied;

  public ExecutionMode executionMode = ExecutionMode.SUPERSEDED;
  public int manualRetries;
  public int automaticRetries;
  public @Nullable String onFailure;
  public List<PipelineTriggerDeclaration> triggers = List.of();

  /** The execution that waits for the stage. */
  public @Nullable String inboundExecutionId;

  /** What RetryStageExecution answers in place of a retry. */
  public @Nullable CodePipelineException retryError;

  /** Returns what is known about an error of CodePipeline. */
  public static AwsErrorDetails errorDetails(String code, String message) {
    return AwsErrorDetails.builder()
        .serviceName("CodePipeline")
        .errorCode(code)
        .errorMessage(message)
        .build();
  }

  @Override
  public GetPipelineStateResponse getPipelineState(GetPipelineStateRequest request) {
    pipelines.add(request.name());
    if (denied) {
      throw CodePipelineException.builder()
          .statusCode(400)
          .awsErrorDetails(errorDetails("AccessDeniedException", "not authorized"))
          .build();
    }
    var stage =
        StageState.builder()
            .stageName("Build")
            .latestExecution(
                execution -> execution.pipelineExecutionId("execution-1").status(status))
            .inboundExecution(
                inboundExecutionId == null
                    ? null
                    : StageExecution.builder().pipelineExecutionId(inboundExecutionId).build())
            .retryStageMetadata(
                RetryStageMetadata.builder()
                    .manualStageRetryAttempt(manualRetries)
                    .autoStageRetryAttempt(automaticRetries)
                    .build())
            .actionStates(
                ActionState.builder()
                    .actionName("Image")
                    .latestExecution(execution -> execution.externalExecutionId(buildId))
                    .build())
            .build();
    return GetPipelineStateResponse.builder().stageStates(stage).build();
  }

  @Override
  public GetPipelineResponse getPipeline(GetPipelineRequest request) {
    var stage =
        StageDeclaration.builder()
            .name("Build")
            .onFailure(failure -> failure.result(onFailure))
            .build();
    return GetPipelineResponse.builder()
        .pipeline(pipeline ->
            pipeline.executionMode(executionMode).stages(List.of(stage)).triggers(triggers))
        .build();
  }

  @Override
  public RetryStageExecutionResponse retryStageExecution(RetryStageExecutionRequest request) {
    if (retryError != null) {
      throw retryError;
    }
    retries.add(request);
    return RetryStageExecutionResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
