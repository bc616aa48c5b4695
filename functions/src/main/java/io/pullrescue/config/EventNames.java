package io.pullrescue.config;

/** Names the published events and the types of their triggers, which rules of the bus match. */
public final class EventNames {
  /** The source of all published events. */
  public static final String SOURCE = "pull-rescue";

  /** The detail-type of a diagnosis. */
  public static final String PULL_FAILURE_DIAGNOSED = "Pull Failure Diagnosed";

  /** The detail-type of a mirrored image. */
  public static final String IMAGE_REPLICATED = "Image Replicated";

  /** The detail-type of an image that could not be mirrored. */
  public static final String IMAGE_REPLICATION_FAILED = "Image Replication Failed";

  /** The detail-type of a retry. */
  public static final String WORKLOAD_RETRIED = "Workload Retried";

  /** The detail-type of a workload that is not retried. */
  public static final String RETRY_SKIPPED = "Retry Skipped";

  /** The detail-type of a retried build that succeeded. */
  public static final String WORKLOAD_RECOVERED = "Workload Recovered";

  /** The trigger is a CodeBuild build. */
  public static final String BUILD = "build";

  /** The trigger is an ECS task. */
  public static final String TASK = "task";

  /** The trigger is a Batch job. */
  public static final String JOB = "job";

  /** The trigger is a manual invocation. */
  public static final String MANUAL = "manual";

  /** The trigger is a scheduled refresh of the mirror. */
  public static final String REFRESH = "refresh";

  private EventNames() {}
}
