package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.InProgress;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.NotRetryable;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Retries failed builds of batch builds (BatchGetBuildBatches, RetryBuildBatch). */
final class BuildBatchRetrier {
  private final CodeBuildClient codeBuild;

  BuildBatchRetrier(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  /** Returns the record of a batch build; empty if it does not exist (any more). */
  Optional<BuildBatch> find(ParentExecution.BuildBatch parent) {
    return codeBuild
        .batchGetBuildBatches(request -> request.ids(parent.id()))
        .buildBatches()
        .stream()
        .findFirst();
  }

  /** Checks whether the batch can retry its failed builds, with this build among them. */
  RetryReadiness checkReadiness(
      ParentExecution.BuildBatch parent, Optional<BuildBatch> batch, Build build) {
    return batch
        .map(found -> checkReadiness(parent, found, build))
        .orElseGet(() -> new NotRetryable("its batch build " + parent.id() + " no longer exists"));
  }

  private static RetryReadiness checkReadiness(
      ParentExecution.BuildBatch parent, BuildBatch batch, Build build) {
    if (batch.buildBatchStatus() == StatusType.IN_PROGRESS) {
      return new InProgress("its batch build " + batch.id() + " has not ended");
    }
    if (batch.buildBatchStatus() != StatusType.FAILED) {
      return new NotRetryable(
          "the status of its batch build is " + batch.buildBatchStatusAsString() + ", not FAILED");
    }
    return batch.buildGroups().stream()
        .filter(group -> refersTo(group, build))
        .findFirst()
        .<RetryReadiness>map(group ->
            new Ready(
                parent,
                "",
                batch.id(),
                group.priorBuildSummaryList().size(),
                batch.sourceVersion(),
                false))
        .orElseGet(() -> new NotRetryable("its batch build has already retried it"));
  }

  private static boolean refersTo(BuildGroup group, Build build) {
    return group.currentBuildSummary() != null
        && group.currentBuildSummary().arn().endsWith("/" + build.id());
  }

  /** Retries the failed builds and returns a description of what was started. */
  String retry(Ready batch) {
    codeBuild.retryBuildBatch(request ->
        request
            .id(batch.executionId())
            .retryType(RetryBuildBatchType.RETRY_FAILED_BUILDS)
            .idempotencyToken(idempotencyToken(batch)));
    return "the failed builds of batch build " + batch.executionId();
  }

  /** All failed builds of a batch request the same retry, and the token makes it happen once. */
  private static String idempotencyToken(Ready batch) {
    var name = batch.executionId() + " " + batch.retryCount();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
