package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.image.Digest;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Readiness.Never;
import io.pullrescue.retry.Readiness.NotYet;
import io.pullrescue.retry.Readiness.Ready;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BuildBatch;
import software.amazon.awssdk.services.codebuild.model.BuildGroup;
import software.amazon.awssdk.services.codebuild.model.RetryBuildBatchType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Batch builds on AWS CodeBuild (BatchGetBuildBatches, RetryBuildBatch). */
final class CodeBuildBatches {
  private final CodeBuildClient codeBuild;

  CodeBuildBatches(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  /** Whether the batch can run its failed builds again. */
  Readiness readiness(String id, Build build) {
    return codeBuild.batchGetBuildBatches(request -> request.ids(id)).buildBatches().stream()
        .findFirst()
        .map(batch -> readiness(batch, build))
        .orElseGet(() -> new Never("CodeBuild knows its batch " + id + " no more"));
  }

  private static Readiness readiness(BuildBatch batch, Build build) {
    if (batch.buildBatchStatus() == StatusType.IN_PROGRESS) {
      return new NotYet("its batch " + batch.id() + " has not ended");
    }
    if (batch.buildBatchStatus() != StatusType.FAILED) {
      return new Never("its batch is " + batch.buildBatchStatusAsString() + ", not FAILED");
    }
    return batch.buildGroups().stream()
        .filter(group -> shows(group, build))
        .findFirst()
        .<Readiness>map(group -> new Ready("", batch.id(), group.priorBuildSummaryList().size()))
        .orElseGet(() -> new Never("its batch has run another build in its place"));
  }

  private static boolean shows(BuildGroup group, Build build) {
    return group.currentBuildSummary() != null
        && group.currentBuildSummary().arn().endsWith("/" + build.id());
  }

  /** Runs the failed builds again; what runs, in words. */
  String retry(Ready batch) {
    codeBuild.retryBuildBatch(request ->
        request
            .id(batch.execution())
            .retryType(RetryBuildBatchType.RETRY_FAILED_BUILDS)
            .idempotencyToken(token(batch)));
    return "the failed builds of batch " + batch.execution();
  }

  /** All builds of a batch that wait for images ask for the same retry: it happens once. */
  private static String token(Ready batch) {
    var name = batch.execution() + " " + batch.retries();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
