package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Batch builds on AWS CodeBuild (BatchGetBuildBatches, RetryBuildBatch). */
final class BuildBatchRetrier {
  private final CodeBuildClient codeBuild;

  BuildBatchRetrier(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  /** Whether the batch can run its failed builds again. */
  RetryReadiness checkReadiness(String id, Build build) {
    return codeBuild.batchGetBuildBatches(request -> request.ids(id)).buildBatches().stream()
        .findFirst()
        .map(batch -> checkReadiness(batch, build))
        .orElseGet(() -> new NotRetryable("CodeBuild knows its batch " + id + " no more"));
  }

  private static RetryReadiness checkReadiness(BuildBatch batch, Build build) {
    if (batch.buildBatchStatus() == StatusType.IN_PROGRESS) {
      return new InProgress("its batch " + batch.id() + " has not ended");
    }
    if (batch.buildBatchStatus() != StatusType.FAILED) {
      return new NotRetryable("its batch is " + batch.buildBatchStatusAsString() + ", not FAILED");
    }
    return batch.buildGroups().stream()
        .filter(group -> refersTo(group, build))
        .findFirst()
        .<RetryReadiness>map(
            group -> new Ready("", batch.id(), group.priorBuildSummaryList().size()))
        .orElseGet(() -> new NotRetryable("its batch has run another build in its place"));
  }

  private static boolean refersTo(BuildGroup group, Build build) {
    return group.currentBuildSummary() != null
        && group.currentBuildSummary().arn().endsWith("/" + build.id());
  }

  /** Runs the failed builds again; what runs, in words. */
  String retry(Ready batch) {
    codeBuild.retryBuildBatch(request ->
        request
            .id(batch.executionId())
            .retryType(RetryBuildBatchType.RETRY_FAILED_BUILDS)
            .idempotencyToken(idempotencyToken(batch)));
    return "the failed builds of batch " + batch.executionId();
  }

  /** All builds of a batch that wait for images ask for the same retry: it happens once. */
  private static String idempotencyToken(Ready batch) {
    var name = batch.executionId() + " " + batch.retryCount();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
