package io.pullrescue.config;

/** Names the CloudWatch metrics that the functions emit and that the stack graphs and watches. */
public final class MetricNames {
  /** The namespace of all metrics. */
  public static final String NAMESPACE = "PullRescue";

  /** The value of the dimension {@code Service}, which all metrics have. */
  public static final String SERVICE = "pull-rescue";

  /** Failures, with the dimension {@code Cause}. */
  public static final String PULL_FAILURES = "PullFailures";

  /** Published events of the type {@code Pull Failure Diagnosed}. */
  public static final String PULL_FAILURE_DIAGNOSED = "PullFailureDiagnosed";

  /** Published events of the type {@code Image Replicated}. */
  public static final String IMAGE_REPLICATED = "ImageReplicated";

  /** Published events of the type {@code Image Replication Failed}. */
  public static final String IMAGE_REPLICATION_FAILED = "ImageReplicationFailed";

  /** Published events of the type {@code Workload Retried}. */
  public static final String WORKLOAD_RETRIED = "WorkloadRetried";

  /** Published events of the type {@code Workload Recovered}. */
  public static final String WORKLOAD_RECOVERED = "WorkloadRecovered";

  /** Published events of the type {@code Retry Skipped}. */
  public static final String RETRY_SKIPPED = "RetrySkipped";

  /** Bytes of the blobs that were copied to the mirror, each when it is complete. */
  public static final String BYTES_COPIED = "BytesCopied";

  /** Copies that the budget of the day did not allow. */
  public static final String BUDGET_REACHED = "BudgetReached";

  /** Seconds from a failure to the start of its retry. */
  public static final String RETRY_LATENCY = "RetryLatency";

  /** Seconds from a failure to the success of its retry. */
  public static final String RECOVERY_LATENCY = "RecoveryLatency";

  /** Pulls that an upstream still allows, with the dimension {@code Registry}. */
  public static final String PULL_RATE_LIMIT_REMAINING = "PullRateLimitRemaining";

  private MetricNames() {}
}
