package io.pullrescue.event;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Represents an event from the bus. Only the id of the workload is used: its state is read by API.
 */
public sealed interface IncomingEvent {
  /** A workload that failed. */
  public sealed interface WorkloadFailed extends IncomingEvent {}

  /**
   * A CodeBuild build failed.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildFailed(String buildId) implements WorkloadFailed {
    /** Project names have 2 to 150 characters, and builds are numbered by UUIDs. */
    private static final Pattern BUILD_ID =
        Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,149}:[0-9a-fA-F-]{36}");

    private static final String ARN_SEPARATOR = ":build/";

    /** Returns the build that this id or ARN names; empty where it is malformed. */
    public static Optional<BuildFailed> parse(String idOrArn) {
      var separator = idOrArn.startsWith("arn:") ? idOrArn.indexOf(ARN_SEPARATOR) : -1;
      var id = separator < 0 ? idOrArn : idOrArn.substring(separator + ARN_SEPARATOR.length());
      return BUILD_ID.matcher(id).matches() ? Optional.of(new BuildFailed(id)) : Optional.empty();
    }
  }

  /**
   * An ECS task stopped because an image could not be pulled.
   *
   * @param clusterArn the ARN of its cluster
   * @param taskArn the ARN of the task
   */
  record TaskFailed(String clusterArn, String taskArn) implements WorkloadFailed {
    private static final Pattern TASK_ARN =
        Pattern.compile(
            "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:task/([A-Za-z0-9_-]{1,255}/)?[0-9a-f-]{32,36}");

    private static final Pattern CLUSTER_ARN =
        Pattern.compile(
            "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:cluster/([A-Za-z0-9_-]{1,255})");

    /** Returns the task with these ARNs; empty if one of them is malformed. */
    public static Optional<TaskFailed> parse(String clusterArn, String taskArn) {
      return TASK_ARN.matcher(taskArn).matches() && CLUSTER_ARN.matcher(clusterArn).matches()
          ? Optional.of(new TaskFailed(clusterArn, taskArn))
          : Optional.empty();
    }
  }

  /**
   * A Batch job failed before its container ran.
   *
   * @param jobId a UUID; a child of an array has {@code :index} after it, a node {@code #index}
   */
  record JobFailed(String jobId) implements WorkloadFailed {
    private static final Pattern JOB_ID =
        Pattern.compile("[0-9a-f-]{36}(:[0-9]{1,5}|#[0-9]{1,4})?");

    /** Returns the job with this id; empty if it is malformed. */
    public static Optional<JobFailed> parse(String jobId) {
      return JOB_ID.matcher(jobId).matches() ? Optional.of(new JobFailed(jobId)) : Optional.empty();
    }
  }

  /**
   * A retried build succeeded.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildSucceeded(String buildId) implements IncomingEvent {}

  /**
   * The event needs no action.
   *
   * @param reason one line for the log, sanitized
   */
  record Ignored(String reason) implements IncomingEvent {}
}
