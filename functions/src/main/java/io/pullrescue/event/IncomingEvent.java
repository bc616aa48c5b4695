package io.pullrescue.event;

import io.pullrescue.image.ImageReference;
import java.util.List;

/** What the event bus told us. An event is a hint: what it names is read again by API. */
public sealed interface IncomingEvent {
  /** Work that ended badly; an image may be on its way to the mirror for it. */
  sealed interface WorkFailed extends IncomingEvent {}

  /**
   * A build on AWS CodeBuild ended badly.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildFailed(String buildId) implements WorkFailed {}

  /**
   * A task on Amazon ECS stopped because an image could not be pulled.
   *
   * @param cluster the ARN of its cluster
   * @param task its own ARN
   */
  record TaskFailed(String cluster, String task) implements WorkFailed {}

  /**
   * A job on AWS Batch failed before its container ran.
   *
   * @param jobId a UUID; a child of an array has {@code :index} after it, a node {@code #index}
   */
  record JobFailed(String jobId) implements WorkFailed {}

  /**
   * An image that failed work waits for is in the mirror.
   *
   * @param work what failed
   * @param image the image that was copied
   * @param copy the same in the mirror, with its digest
   * @param images all images that the work waits for, as its failure named them: those that go by
   *     the mirror's own name too
   */
  record ImageReplicated(
      WorkFailed work, ImageReference image, ImageReference copy, List<ImageReference> images)
      implements IncomingEvent {
    /** Copies the list, so that an event never changes. */
    public ImageReplicated {
      images = List.copyOf(images);
    }
  }

  /**
   * A build that carries our variables ended well.
   *
   * @param buildId {@code project:uuid}
   */
  record BuildSucceeded(String buildId) implements IncomingEvent {}

  /** A person wants a project back as it was before we changed it. */
  record UndoWanted(String project) implements IncomingEvent {}

  /** Nothing for us to do; {@code why} is fit for one line of a log. */
  record Ignored(String why) implements IncomingEvent {}
}
