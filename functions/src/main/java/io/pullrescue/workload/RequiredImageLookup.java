package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.ReplicationPlan.Replicate;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks up the mirrored images that a failed workload needs. The workload's own diagnosis names
 * them, and Amazon ECR their digests: the message is believed in neither.
 */
public final class RequiredImageLookup {
  /** The log of a build may lag by some seconds. */
  private static final Duration POLL_DELAY = Duration.ofSeconds(10);

  private static final int MAX_POLLS = 2;

  /**
   * The delays until an image that was mirrored can be pulled, by the number of earlier waits. The
   * list of a repository may lag by some seconds. A push restores an archived image, which until
   * then has the status ACTIVATING; how long that takes is not documented.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html">Archiving
   *     an image</a>
   */
  private static final List<Duration> IMAGE_POLL_DELAYS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(20));

  private final MirrorNaming mirror;
  private final ReplicationPlanner planner;
  private final MirroredImageLookup imageLookup;
  private final EventPublisher publisher;

  /** Creates a lookup in this mirror. */
  public RequiredImageLookup(
      MirrorNaming mirror, MirroredImageLookup imageLookup, EventPublisher publisher) {
    this.mirror = mirror;
    this.planner = new ReplicationPlanner(mirror);
    this.imageLookup = imageLookup;
    this.publisher = publisher;
  }

  /**
   * Returns the mirrored images, or what becomes of the request if they are not all there.
   *
   * @param loadResult the failure of the workload as it was read for this request
   */
  public Availability lookUp(Retry request, LoadResult loadResult) {
    return switch (loadResult) {
      case LoadResult.Complete complete -> lookUp(request, complete.failures());
      case LoadResult.NotReady notReady when request.waits() < MAX_POLLS ->
          new Unavailable(new RetryAfter(notReady.reason(), POLL_DELAY));
      case LoadResult.NotReady notReady ->
          Optional.ofNullable(notReady.partialFailure())
              .map(failure -> lookUp(request, List.of(failure)))
              .orElseGet(() -> ignored(notReady.reason()));
      case LoadResult.NoFailure noFailure -> ignored(noFailure.reason());
      case LoadResult.Unreadable unreadable -> skipped(unreadable.trigger(), unreadable.reason());
    };
  }

  private Availability lookUp(Retry request, List<Failure> failures) {
    var trigger = failures.getFirst().trigger();
    var diagnosed = failures.stream().flatMap(this::diagnosedImages).toList();
    if (diagnosed.stream().map(this::upstream).noneMatch(request.image()::equals)) {
      return ignored(
          "%s did not fail because of an image pull of %s that mirroring can fix"
              .formatted(trigger.id(), request.image().familiarString()));
    }
    var required =
        Stream.concat(diagnosed.stream(), failures.stream().flatMap(this::recordedImage))
            .map(image -> nameForRetry(request, image))
            .distinct()
            .toList();
    var result = imageLookup.lookUp(required, failures.getFirst().platform());
    if (result.missing().isEmpty()) {
      return new Ready(result.mirroredImages());
    }
    return result.missing().stream().map(this::upstream).anyMatch(request.image()::equals)
        ? notListed(request, trigger)
        : waiting(request, trigger, result.missing());
  }

  /** The request for the last image must not miss another one that the list does not show yet. */
  private static Availability waiting(
      Retry request, Trigger trigger, List<ImageReference> missing) {
    var reason =
        "%s also needs %s, which is not mirrored yet"
            .formatted(trigger.id(), missing.getFirst().familiarString());
    return new Unavailable(
        request.waits() < MAX_POLLS
            ? new RetryAfter(reason, POLL_DELAY)
            : new Completed("waiting: " + reason));
  }

  /** Returns the images that caused the failure and can be mirrored, as the failure names them. */
  private Stream<ImageReference> diagnosedImages(Failure failure) {
    return new PullFailureDiagnoser().diagnose(failure) instanceof Diagnosis.PullFailed pullFailed
            && pullFailed.causedFailure()
            && planner.plan(failure.trigger(), pullFailed) instanceof Replicate replicate
        ? replicate.requests().stream().flatMap(request -> request.requiredImages().stream())
        : Stream.empty();
  }

  /** Each container that could not pull needs its image, whatever the cause is. */
  private Stream<ImageReference> recordedImage(Failure failure) {
    return Optional.ofNullable(failure.recordedImage())
        .filter(image -> mirror.mirrorReference(image).isPresent())
        .stream();
  }

  /**
   * Keeps the names of a build, whose commands use them. For a container, whose definition is
   * rewritten, a reference to the mirror stands for its upstream image.
   */
  private ImageReference nameForRetry(Retry request, ImageReference image) {
    return request.workload() instanceof BuildFailed ? image : upstream(image);
  }

  private ImageReference upstream(ImageReference image) {
    return mirror.upstreamReference(image).orElse(image);
  }

  /** The request says that the image was mirrored, but ECR does not list it, or no longer. */
  private Availability notListed(Retry request, Trigger trigger) {
    var reason =
        request.image().familiarString()
            + " is not in the mirror, or still being restored from ECR's archive";
    return request.waits() < IMAGE_POLL_DELAYS.size()
        ? new Unavailable(new RetryAfter(reason, IMAGE_POLL_DELAYS.get(request.waits())))
        : skipped(trigger, reason + "; mirror it again with the function pull-rescue-manual");
  }

  /**
   * Returns what becomes of a request whose workload the API does not show. It was there when it
   * was diagnosed, so the answer may be an old one.
   *
   * @param reason for people
   */
  public ProcessingResult notFound(Retry request, String reason) {
    return request.waits() < MAX_POLLS
        ? new RetryAfter(reason, POLL_DELAY)
        : Completed.publishing(publisher, new RetrySkipped(trigger(request.workload()), reason));
  }

  /** Of a trigger that nothing confirms, only the ids are believed, which have been parsed. */
  private static Trigger trigger(WorkloadFailed workload) {
    return switch (workload) {
      case BuildFailed build ->
          new Trigger.Build(build.buildId(), build.buildId().replaceFirst(":.*", ""));
      case TaskFailed task -> new Trigger.Task(task.taskArn(), task.clusterArn(), "", "", "", "");
      case JobFailed job -> new Trigger.Job(job.jobId(), "", "");
    };
  }

  private static Availability ignored(String reason) {
    return new Unavailable(new Completed("ignored: " + reason));
  }

  private Availability skipped(Trigger trigger, String reason) {
    return new Unavailable(Completed.publishing(publisher, new RetrySkipped(trigger, reason)));
  }

  /** States whether the workload can be retried. */
  public sealed interface Availability {}

  /** All required images are mirrored. */
  public record Ready(List<MirroredImage> mirroredImages) implements Availability {
    public Ready {
      mirroredImages = List.copyOf(mirroredImages);
    }
  }

  /**
   * The workload is not retried, or not now.
   *
   * @param result what becomes of the request
   */
  public record Unavailable(ProcessingResult result) implements Availability {}
}
