package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Readiness.Never;
import io.pullrescue.retry.Readiness.NotYet;
import io.pullrescue.retry.Readiness.Ready;
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

final class CodePipelineStagesTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";

  private final CodePipelineClient client = mock(CodePipelineClient.class);
  private final CodePipelineStages stages = new CodePipelineStages(client);
  private final List<RetryStageExecutionRequest> retries = new ArrayList<>();
  private StageState shown = stage(ID, StageExecutionStatus.FAILED, 0, 0);
  private @Nullable String onFailure;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void aPipelineWithAStage() {
    when(client.getPipelineState(any(Consumer.class)))
        .thenAnswer(call -> {
          var request = GetPipelineStateRequest.builder();
          call.<Consumer<GetPipelineStateRequest.Builder>>getArgument(0).accept(request);
          assertThat(request.build().name()).isEqualTo("delivery");
          return GetPipelineStateResponse.builder().stageStates(shown).build();
        });
    when(client.getPipeline(any(Consumer.class)))
        .thenAnswer(call -> {
          call.<Consumer<GetPipelineRequest.Builder>>getArgument(0)
              .accept(GetPipelineRequest.builder());
          return structure();
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
  void aFailedStageThatShowsTheBuildIsReady() {
    assertThat(readiness()).isEqualTo(new Ready("Build", "execution-1", 0));
    shown = stage(ID, StageExecutionStatus.FAILED, 2, 0);
    assertThat(readiness()).isEqualTo(new Ready("Build", "execution-1", 2));
  }

  @Test
  void aStageThatStillRunsIsWaitedFor() {
    shown = stage(ID, StageExecutionStatus.IN_PROGRESS, 0, 0);

    assertThat(readiness())
        .isEqualTo(new NotYet("the stage Build of its pipeline delivery has not ended"));
  }

  @Test
  void aStageThatWasStoppedOrHasMovedOnIsLeftAlone() {
    shown = stage(ID, StageExecutionStatus.STOPPED, 0, 0);
    assertThat(why(readiness())).contains("is Stopped, not Failed");
    shown = stage("shop:another", StageExecutionStatus.FAILED, 0, 0);
    assertThat(why(readiness())).contains("has moved on");
  }

  @Test
  void aStageThatRetriesItselfIsNotDoubled() {
    onFailure = "RETRY";
    assertThat(why(readiness())).contains("retries itself");
    shown = stage(ID, StageExecutionStatus.FAILED, 0, 1);
    assertThat(readiness()).isInstanceOf(Ready.class);
    onFailure = "ROLLBACK";
    assertThat(readiness()).isInstanceOf(Ready.class);
  }

  @Test
  void theFailedActionsOfThatExecutionRunAgain() {
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

  private Readiness readiness() {
    var build = mock(Build.class);
    when(build.id()).thenReturn(ID);
    return stages.readiness("delivery", build);
  }

  private static String why(Readiness readiness) {
    assertThat(readiness).isInstanceOf(Never.class);
    return ((Never) readiness).why();
  }

  private GetPipelineResponse structure() {
    var stage =
        StageDeclaration.builder()
            .name("Build")
            .onFailure(failure -> failure.result(onFailure))
            .build();
    return GetPipelineResponse.builder().pipeline(it -> it.stages(List.of(stage))).build();
  }

  private static StageState stage(
      String build, StageExecutionStatus status, int manual, int automatic) {
    return StageState.builder()
        .stageName("Build")
        .latestExecution(it -> it.pipelineExecutionId("execution-1").status(status))
        .retryStageMetadata(
            RetryStageMetadata.builder()
                .manualStageRetryAttempt(manual)
                .autoStageRetryAttempt(automatic)
                .build())
        .actionStates(
            ActionState.builder()
                .actionName("Image")
                .latestExecution(it -> it.externalExecutionId(build))
                .build())
        .build();
  }
}
