package io.pullrescue.retry;

/** Whether a stage or a batch can run its failed parts again. */
public sealed interface Readiness {
  /**
   * It has failed, and our build is still the one that it shows.
   *
   * @param stage its name; empty for a batch
   * @param execution of the pipeline or the batch
   * @param retries how often it was retried before
   */
  record Ready(String stage, String execution, int retries) implements Readiness {}

  /** Other parts of it still run. */
  record NotYet(String why) implements Readiness {}

  /** It has moved on, or retries by itself. */
  record Never(String why) implements Readiness {}
}
