package io.pullrescue.workload.codebuild.parent;

/** Whether a stage or a batch can run its failed parts again. */
public sealed interface RetryReadiness {
  /**
   * It has failed, and our build is still the one that it shows.
   *
   * @param stageName its name; empty for a batch
   * @param executionId of the pipeline or the batch
   * @param retryCount how often it was retried before
   */
  record Ready(String stageName, String executionId, int retryCount) implements RetryReadiness {}

  /** Other parts of it still run. */
  record InProgress(String reason) implements RetryReadiness {}

  /** It has moved on, or retries by itself. */
  record NotRetryable(String reason) implements RetryReadiness {}
}
