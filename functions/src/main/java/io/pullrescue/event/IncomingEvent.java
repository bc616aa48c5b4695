package io.pullrescue.event;

import io.pullrescue.image.ImageReference;
import java.util.List;

/** What the event bus told us. An event is a hint: what it names is read again by API. */
public sealed interface IncomingEvent {
  /** Work that ended badly; an image may be on its way to the mirror for it. */
  public sealed interface WorkloadFailed extends IncomingEvent {}

  /**
   * A build on AWS CodeBuild ended badly.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildFailed(String buildId) implements WorkloadFailed {}

  /**
   * A task on Amazon ECS stopped because an image could not be pulled.
   *
   * @param clusterArn the ARN of its cluster
   * @param taskArn its own ARN
   */
  record TaskFailed(String clusterArn, String taskArn) implements WorkloadFailed {}

  /**
   * A job on AWS Batch failed before its container ran.
   *
   * @param jobId a UUID; a child of an array has {@code :index} after it, a node {@code #index}
   */
  record JobFailed(String jobId) implements WorkloadFailed {}

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
