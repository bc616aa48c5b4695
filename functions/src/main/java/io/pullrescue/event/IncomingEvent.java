package io.pullrescue.event;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the event bus told us. An event is a hint: what it names is read again by API. */
public sealed interface IncomingEvent {
  /** Work that ended badly; an image may be on its way to the mirror for it. */
  public sealed interface WorkloadFailed extends IncomingEvent {}

  /**
   * A build on AWS CodeBuild ended badly.
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
   * A task on Amazon ECS stopped because an image could not be pulled.
   *
   * @param clusterArn the ARN of its cluster
   * @param taskArn its own ARN
   */
  record TaskFailed(String clusterArn, String taskArn) implements WorkloadFailed {
    private static final Pattern TASK_ARN =
        Pattern.compile(
            "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:task/([A-Za-z0-9_-]{1,255}/)?[0-9a-f-]{32,36}");

    private static final Pattern CLUSTER_ARN =
        Pattern.compile(
            "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:cluster/([A-Za-z0-9_-]{1,255})");

    /** Returns the task that these ARNs name; empty where one of them is malformed. */
    public static Optional<TaskFailed> parse(String clusterArn, String taskArn) {
      return TASK_ARN.matcher(taskArn).matches() && CLUSTER_ARN.matcher(clusterArn).matches()
          ? Optional.of(new TaskFailed(clusterArn, taskArn))
          : Optional.empty();
    }
  }

  /**
   * A job on AWS Batch failed before its container ran.
   *
   * @param jobId a UUID; a child of an array has {@code :index} after it, a node {@code #index}
   */
  record JobFailed(String jobId) implements WorkloadFailed {
    private static final Pattern JOB_ID =
        Pattern.compile("[0-9a-f-]{36}(:[0-9]{1,5}|#[0-9]{1,4})?");

    /** Returns the job that this id names; empty where it is malformed. */
    public static Optional<JobFailed> parse(String jobId) {
      return JOB_ID.matcher(jobId).matches() ? Optional.of(new JobFailed(jobId)) : Optional.empty();
    }
  }

  /**
   * An image that failed work waits for is in the mirror.
   *
   * @param workload what failed
   * @param image the image that was copied
   * @param mirroredImage the same in the mirror, with its digest
   * @param requiredImages all images that the work waits for, as its failure named them: those that
   *     go by the mirror's own name too
   */
  record ImageReplicated(
      WorkloadFailed workload,
      ImageReference image,
      ImageReference mirroredImage,
      List<ImageReference> requiredImages)
      implements IncomingEvent {
    /** Copies the list, so that an event never changes. */
    public ImageReplicated {
      requiredImages = List.copyOf(requiredImages);
    }
  }

  /**
   * A build that carries our variables ended well.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildSucceeded(String buildId) implements IncomingEvent {}

  /** A person wants a project back as it was before we changed it. */
  record RestoreProjectRequested(String project) implements IncomingEvent {}

  /** Nothing for us to do; {@code why} is fit for one line of a log. */
  record Ignored(String reason) implements IncomingEvent {}
}
