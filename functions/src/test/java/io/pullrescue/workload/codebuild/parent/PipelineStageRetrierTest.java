package io.pullrescue.workload.codebuild.parent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageState;

final class PipelineStageRetrierTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";

  private final CodePipelineClient client = mock(CodePipelineClient.class);
  private final PipelineStageRetrier stages = new PipelineStageRetrier(client);
  private final List<RetryStageExecutionRequest> retries = new ArrayList<>();
  private StageState stageState = stage(ID, StageExecutionStatus.FAILED, 0, 0);
  private @Nullable String onFailure;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void stubPipeline() {
    when(client.getPipelineState(any(Consumer.class)))
        .thenAnswer(call -> {
          var request = GetPipelineStateRequest.builder();
          call.<Consumer<GetPipelineStateRequest.Builder>>getArgument(0).accept(request);
          assertThat(request.build().name()).isEqualTo("delivery");
          return GetPipelineStateResponse.builder().stageStates(stageState).build();
        });
    when(client.getPipeline(any(Consumer.class)))
        .thenAnswer(call -> {
          call.<Consumer<GetPipelineRequest.Builder>>getArgument(0)
              .accept(GetPipelineRequest.builder());
          return pipelineStructure();
        });
    when(client.retryStageExecution(any(Consumer.class)))
        .thenAnswer(call -> {
          var request = RetryStageExecutionRequest.builder();
          call.<Consumer<RetryStageExecutionRequest.Builder>>getArgument(0).accept(request);
          retries.add(request.build());
          return RetryStageExecutionResponse.builder().build();
        });
  }

  @Test
  void failedStageWithBuildIsReady() {
    assertThat(readiness()).isEqualTo(new Ready("Build", "execution-1", 0));
    stageState = stage(ID, StageExecutionStatus.FAILED, 2, 0);
    assertThat(readiness()).isEqualTo(new Ready("Build", "execution-1", 2));
  }

  @Test
  void runningStageIsInProgress() {
    stageState = stage(ID, StageExecutionStatus.IN_PROGRESS, 0, 0);

    assertThat(readiness())
        .isEqualTo(new InProgress("the stage Build of its pipeline delivery has not ended"));
  }

  @Test
  void stoppedOrSupersededStageIsNotRetryable() {
    stageState = stage(ID, StageExecutionStatus.STOPPED, 0, 0);
    assertThat(reason(readiness())).contains("is Stopped, not Failed");
    stageState = stage("shop:another", StageExecutionStatus.FAILED, 0, 0);
    assertThat(reason(readiness())).contains("has moved on");
  }

  @Test
  void stageWithAutomaticRetryIsNotRetryable() {
    onFailure = "RETRY";
    assertThat(reason(readiness())).contains("retries itself");
    stageState = stage(ID, StageExecutionStatus.FAILED, 0, 1);
    assertThat(readiness()).isInstanceOf(Ready.class);
    onFailure = "ROLLBACK";
    assertThat(readiness()).isInstanceOf(Ready.class);
  }

  @Test
  void retriesFailedActionsOfExecution() {
    assertThat(stages.retry("delivery", new Ready("Build", "execution-1", 0)))
        .isEqualTo("the failed actions of stage Build of pipeline delivery");
    assertThat(retries)
        .containsExactly(
            RetryStageExecutionRequest.builder()
                .pipelineName("delivery")
                .stageName("Build")
                .pipelineExecutionId("execution-1")
                .retryMode(StageRetryMode.FAILED_ACTIONS)
                .build());
  }

  private RetryReadiness readiness() {
    var build = mock(Build.class);
    when(build.id()).thenReturn(ID);
    return stages.checkReadiness("delivery", build);
  }

  private static String reason(RetryReadiness readiness) {
    assertThat(readiness).isInstanceOf(NotRetryable.class);
    return ((NotRetryable) readiness).reason();
  }

  private GetPipelineResponse pipelineStructure() {
    var stage =
        StageDeclaration.builder()
            .name("Build")
            .onFailure(failure -> failure.result(onFailure))
            .build();
    return GetPipelineResponse.builder()
        .pipeline(builder -> builder.stages(List.of(stage)))
        .build();
  }

  private static StageState stage(
      String build, StageExecutionStatus status, int manual, int automatic) {
    return StageState.builder()
        .stageName("Build")
        .latestExecution(builder -> builder.pipelineExecutionId("execution-1").status(status))
        .retryStageMetadata(
            RetryStageMetadata.builder()
                .manualStageRetryAttempt(manual)
                .autoStageRetryAttempt(automatic)
                .build())
        .actionStates(
            ActionState.builder()
                .actionName("Image")
                .latestExecution(candidate -> candidate.externalExecutionId(build))
                .build())
        .build();
  }
}
