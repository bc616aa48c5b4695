package io.pullrescue.workload.codebuild.parent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeCodePipelineClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.BuildSummary;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchRequest;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchType;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;

final class BuildBatchRetrierTest {
  private static final String ID = "shop:batch";
  private static final ParentExecution PARENT = new ParentExecution.BuildBatch(ID);

  private String initiator = "alice";

  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final FakeCodePipelineClient codePipeline = new FakeCodePipelineClient();
  private final ParentExecutionRetrier batches =
      new ParentExecutionRetrier(() -> codePipeline, codeBuild);

  @Test
  void failedBatchWithBuildIsReady() {
    assertThat(readiness(StatusType.FAILED, SampleBuild.ID, 0)).isEqualTo(ready(0));
    assertThat(readiness(StatusType.FAILED, SampleBuild.ID, 2)).isEqualTo(ready(2));
  }

  @Test
  void runningBatchIsInProgress() {
    assertThat(readiness(StatusType.IN_PROGRESS, SampleBuild.ID, 0))
        .isEqualTo(new InProgress("its batch build shop:batch has not ended"));
  }

  @Test
  void stoppedOrRetriedOrDeletedBatchIsNotRetryable() {
    assertThat(reason(readiness(StatusType.STOPPED, SampleBuild.ID, 0)))
        .contains("is STOPPED, not FAILED");
    assertThat(reason(readiness(StatusType.FAILED, "shop:another", 1)))
        .contains("has already retried it");
    codeBuild.buildBatch = null;
    assertThat(reason(batches.checkReadiness(PARENT, SampleBuild.failed().build())))
        .contains("no longer exists");
  }

  @Test
  void retriesFailedBuildsOnceForAllBuildsOfBatch() {
    assertThat(batches.retry(ready(0))).isEqualTo("the failed builds of batch build shop:batch");
    batches.retry(ready(0));
    batches.retry(ready(1));

    assertThat(codeBuild.retriedBatches)
        .extracting(RetryBuildBatchRequest::id, RetryBuildBatchRequest::retryType)
        .containsOnly(tuple(ID, RetryBuildBatchType.RETRY_FAILED_BUILDS));
    assertThat(codeBuild.retriedBatches)
        .extracting(RetryBuildBatchRequest::idempotencyToken)
        .satisfies(tokens -> {
          assertThat(tokens.get(0)).hasSize(64).isEqualTo(tokens.get(1));
          assertThat(tokens.get(2)).isNotEqualTo(tokens.get(0));
        });
  }

  /**
   * The action of a pipeline with {@code BatchEnabled} starts a batch build. Only the stage can
   * succeed by its retry.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html">
   *     CodeBuild actions</a>
   */
  @Test
  void retriesStageOfPipelineThatStartedBatch() {
    initiator = "codepipeline/delivery";
    for (var id : List.of(ID, SampleBuild.ID)) {
      codePipeline.buildId = id;
      var ready = (Ready) readiness(StatusType.FAILED, SampleBuild.ID, 0);

      assertThat(ready)
          .isEqualTo(
              new Ready(
                  new ParentExecution.PipelineStage("delivery"),
                  "Build",
                  "execution-1",
                  0,
                  null,
                  false));
      assertThat(batches.retry(ready))
          .isEqualTo("the failed actions of stage Build of pipeline delivery");
    }
    assertThat(codePipeline.retries)
        .extracting(RetryStageExecutionRequest::pipelineName)
        .containsExactly("delivery", "delivery");
    assertThat(codeBuild.retriedBatches).isEmpty();
    codePipeline.buildId = "shop:another-batch";
    assertThat(reason(readiness(StatusType.FAILED, SampleBuild.ID, 0)))
        .isEqualTo("no stage of its pipeline delivery has it as latest execution any more");
  }

  private static Ready ready(int retryCount) {
    return new Ready(PARENT, "", ID, retryCount, null, false);
  }

  private RetryReadiness readiness(StatusType status, String currentBuild, int earlierBuilds) {
    var summary =
        BuildSummary.builder()
            .arn("arn:aws:codebuild:us-east-1:123456789012:build/" + currentBuild)
            .build();
    var earlier =
        IntStream.range(0, earlierBuilds)
            .mapToObj(number -> BuildSummary.builder().arn("earlier" + number).build())
            .toList();
    codeBuild.buildBatch =
        BuildBatch.builder()
            .id(ID)
            .initiator(initiator)
            .buildBatchStatus(status)
            .buildGroups(
                BuildGroup.builder()
                    .currentBuildSummary(summary)
                    .priorBuildSummaryList(earlier)
                    .build())
            .build();
    return batches.checkReadiness(PARENT, SampleBuild.failed().build());
  }

  private static String reason(RetryReadiness readiness) {
    assertThat(readiness).isInstanceOf(NotRetryable.class);
    return ((NotRetryable) readiness).reason();
  }
}
