package io.pullrescue.workload.codebuild.parent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.BuildSummary;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchRequest;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

final class BuildBatchRetrierTest {
  private static final String ID = "shop:batch";

  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final BuildBatchRetrier batches = new BuildBatchRetrier(codeBuild);

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
    assertThat(reason(batches.checkReadiness(ID, SampleBuild.failed().build())))
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

  private static Ready ready(int retryCount) {
    return new Ready("", ID, retryCount, null, false);
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
            .buildBatchStatus(status)
            .buildGroups(
                BuildGroup.builder()
                    .currentBuildSummary(summary)
                    .priorBuildSummaryList(earlier)
                    .build())
            .build();
    return batches.checkReadiness(ID, SampleBuild.failed().build());
  }

  private static String reason(RetryReadiness readiness) {
    assertThat(readiness).isInstanceOf(NotRetryable.class);
    return ((NotRetryable) readiness).reason();
  }
}
