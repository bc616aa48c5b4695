package io.pullrescue.workload.codebuild.parent;

/** Whether a pipeline stage or a batch build can retry its failed parts. */
public sealed interface RetryReadiness {
  /**
   * The execution has failed, and the build is still its latest attempt.
   *
   * @param stageName the name of the stage; empty for a batch build
   * @param executionId the id of the pipeline execution or of the batch build
   * @param retryCount the number of earlier retries
   */
  record Ready(String stageName, String executionId, int retryCount) implements RetryReadiness {}

  /** Other parts of the execution are still running. */
  record InProgress(String reason) implements RetryReadiness {}

  /** The execution cannot be retried for this build. */
  record NotRetryable(String reason) implements RetryReadiness {}
}
