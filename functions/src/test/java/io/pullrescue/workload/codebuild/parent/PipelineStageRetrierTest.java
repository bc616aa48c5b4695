package io.pullrescue.workload.codebuild.parent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.FakeCodePipelineClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.GitPullRequestFilter;
import software.amazon.awssdk.services.codepipeline.model.PipelineTriggerDeclaration;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

final class PipelineStageRetrierTest {
  private static final ParentExecution.PipelineStage STAGE =
      new ParentExecution.PipelineStage("delivery");

  private final FakeCodePipelineClient codePipeline = new FakeCodePipelineClient();
  private final PipelineStageRetrier stages = new PipelineStageRetrier(codePipeline);

  @Test
  void failedStageWithBuildIsReady() {
    assertThat(readiness()).isEqualTo(ready(0));
    codePipeline.manualRetries = 2;
    assertThat(readiness()).isEqualTo(ready(2));
  }

  @Test
  void runningStageIsInProgress() {
    codePipeline.status = StageExecutionStatus.IN_PROGRESS;

    assertThat(readiness())
        .isEqualTo(new InProgress("stage Build of its pipeline delivery has not ended"));
  }

  @Test
  void stoppedOrSupersededStageIsNotRetryable() {
    codePipeline.status = StageExecutionStatus.STOPPED;
    assertThat(reason(readiness())).contains("is Stopped, not Failed");
    codePipeline.status = StageExecutionStatus.FAILED;
    codePipeline.buildId = "shop:another";
    assertThat(reason(readiness())).contains("any more");
  }

  /**
   * Executions in the mode PARALLEL replace no other, and the state of the pipeline has room for
   * one.
   *
   * @see <a href="https://docs.aws.amazon.com/codepipeline/latest/userguide/execution-modes.html">
   *     Execution modes</a>
   */
  @Test
  void parallelExecutionIsRetriedWhileItIsShown() {
    codePipeline.executionMode = ExecutionMode.PARALLEL;
    codePipeline.inboundExecutionId = "execution-2";
    assertThat(readiness()).isEqualTo(ready(0));
    codePipeline.buildId = "shop:another";
    assertThat(reason(readiness()))
        .endsWith("shows only one of them; retry the stage of the other execution manually");
  }

  @Test
  void stageWithAutomaticRetryIsNotRetryable() {
    codePipeline.onFailure = "RETRY";
    assertThat(reason(readiness())).contains("has automatic retry enabled");
    codePipeline.automaticRetries = 1;
    assertThat(readiness()).isInstanceOf(Ready.class);
    codePipeline.onFailure = "ROLLBACK";
    assertThat(readiness()).isInstanceOf(Ready.class);
  }

  @Test
  void reportsThatPullRequestsStartThePipeline() {
    codePipeline.triggers =
        List.of(
            PipelineTriggerDeclaration.builder()
                .gitConfiguration(git -> git.pullRequest(GitPullRequestFilter.builder().build()))
                .build());

    assertThat(readiness()).isEqualTo(new Ready(STAGE, "Build", "execution-1", 0, null, true));
  }

  @Test
  void stageOfDeniedPipelineIsNotRetryable() {
    codePipeline.denied = true;

    assertThat(reason(readiness()))
        .isEqualTo(
            "access to its pipeline delivery is denied, as it is if the pipeline has the tag"
                + " pull-rescue = off; retry the stage manually");
  }

  @Test
  void retriesFailedActionsOfExecution() {
    assertThat(stages.retry(STAGE, ready(0)))
        .isEqualTo("the failed actions of stage Build of pipeline delivery");
    assertThat(codePipeline.retries)
        .containsExactly(
            RetryStageExecutionRequest.builder()
                .pipelineName("delivery")
                .stageName("Build")
                .pipelineExecutionId("execution-1")
                .retryMode(StageRetryMode.FAILED_ACTIONS)
                .build());
  }

  private static Ready ready(int retryCount) {
    return new Ready(STAGE, "Build", "execution-1", retryCount, null, false);
  }

  private RetryReadiness readiness() {
    var readiness = stages.checkReadiness(STAGE, Set.of(SampleBuild.ID));
    assertThat(codePipeline.pipelines).containsOnly("delivery");
    return readiness;
  }

  private static String reason(RetryReadiness readiness) {
    assertThat(readiness).isInstanceOf(NotRetryable.class);
    return ((NotRetryable) readiness).reason();
  }
}
