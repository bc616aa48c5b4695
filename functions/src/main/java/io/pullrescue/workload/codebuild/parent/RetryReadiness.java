package io.pullrescue.workload.codebuild.parent;

import org.jspecify.annotations.Nullable;

/** Whether a pipeline stage or a batch build can retry its failed parts. */
public sealed interface RetryReadiness {
  /**
   * The execution has failed, and the build is still its latest attempt.
   *
   * @param execution the execution to retry; for a batch build that a pipeline started, the stage,
   *     because its status does not follow from a retry of the batch build alone
   * @param stageName the name of the stage; empty for a batch build
   * @param executionId the id of the pipeline execution or of the batch build
   * @param retryCount the number of earlier retries
   * @param sourceVersion the version of the source that the batch build was started with; null for
   *     the default one, and for a stage
   * @param pullRequestTrigger whether a pull request may have started the pipeline
   */
  record Ready(
      ParentExecution execution,
      String stageName,
      String executionId,
      int retryCount,
      @Nullable String sourceVersion,
      boolean pullRequestTrigger)
      implements RetryReadiness {}

  /** Other parts of the execution are still running. */
  record InProgress(String reason) implements RetryReadiness {}

  /** The execution cannot be retried for this build. */
  record NotRetryable(String reason) implements RetryReadiness {}
}
