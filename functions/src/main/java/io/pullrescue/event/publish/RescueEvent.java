package io.pullrescue.event.publish;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.ImageOccurrence;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.replication.request.ReplicationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes a completed step of a rescue, to be published and reported. */
public sealed interface RescueEvent {
  /** Returns what the rescue is for. */
  Trigger trigger();

  /**
   * A pull failure was diagnosed.
   *
   * @param plan what pull-rescue does about it
   * @param remediation what people can do about it
   * @param occurrences the lines of files that name the images, as far as the log shows them
   */
  record Diagnosed(
      Trigger trigger,
      PullFailed diagnosis,
      ReplicationPlan plan,
      Remediation remediation,
      List<ImageOccurrence> occurrences)
      implements RescueEvent {
    public Diagnosed {
      occurrences = List.copyOf(occurrences);
    }

    /** Creates the event of a failure whose log shows no such line. */
    public Diagnosed(
        Trigger trigger, PullFailed diagnosis, ReplicationPlan plan, Remediation remediation) {
      this(trigger, diagnosis, plan, remediation, List.of());
    }
  }

  /** An image is in the mirror. */
  record Replicated(ReplicationRequest request, ReplicationResult.Replicated result)
      implements RescueEvent {
    @Override
    public Trigger trigger() {
      return request.trigger();
    }
  }

  /** An image could not be mirrored, and will not be tried again. */
  record ReplicationFailed(Trigger trigger, ImageReference image, String reason)
      implements RescueEvent {}

  /**
   * The workload is retried.
   *
   * @param attempt 1 for the first retry
   * @param mirroredImages the images that the retried workload uses
   * @param started what was started: the id of a build, or in words a stage, batch, service, task
   *     or job
   * @param method how the retried workload finds the mirrored images
   * @param caveats what differs from the failed workload, and other limits of this retry
   * @param failedAt when the workload failed; null if that is not known
   */
  record Retried(
      Trigger trigger,
      int attempt,
      List<MirroredImage> mirroredImages,
      String started,
      String method,
      List<String> caveats,
      @Nullable Instant failedAt)
      implements RescueEvent {
    public Retried {
      mirroredImages = List.copyOf(mirroredImages);
      caveats = List.copyOf(caveats);
    }
  }

  /**
   * A retried build succeeded.
   *
   * @param buildId {@code project:uuid} of the build that succeeded
   * @param timeSinceFailure since the end of the first failed build of the chain; null if that is
   *     no longer known
   * @param projectRestored whether a project update was reverted
   * @param projectNote what people should know about the project; null if there is nothing
   */
  record Recovered(
      Trigger trigger,
      String buildId,
      @Nullable Duration timeSinceFailure,
      boolean projectRestored,
      @Nullable String projectNote)
      implements RescueEvent {}

  /**
   * The workload is not retried.
   *
   * @param reason why, and what people can do
   */
  record RetrySkipped(Trigger trigger, String reason) implements RescueEvent {}
}
