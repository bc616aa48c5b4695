package io.pullrescue.event.publish;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
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

/** What became of a rescue, one step at a time, for the event bus and for people. */
public sealed interface RescueEvent {
  /** Whom the step was for. */
  Trigger trigger();

  /** A pull failure was understood; the plan says what follows, the advice what people can do. */
  record Diagnosed(
      Trigger trigger, PullFailed diagnosis, ReplicationPlan plan, Remediation remediation)
      implements RescueEvent {}

  /** An image is in the mirror. */
  record Replicated(ReplicationRequest request, ReplicationResult.Replicated result)
      implements RescueEvent {
    @Override
    public Trigger trigger() {
      return request.trigger();
    }
  }

  /** An image could not be copied, and will not be tried again. */
  record ReplicationFailed(Trigger trigger, ImageReference image, String reason)
      implements RescueEvent {}

  /**
   * The work runs again.
   *
   * @param attempt 1 for the first retry
   * @param mirroredImages the images that the retried work uses
   * @param started what runs now, in words: the id of a build, or a stage, batch, service, task or
   *     job
   * @param method what makes it use the copies
   * @param caveats from the work that failed, and what else has to be known, in words
   * @param failedAt when that was; null where its record does not say
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
   * A build that ran again is green.
   *
   * @param buildId its id
   * @param timeSinceFailure the end of the first failure; null where its record is gone
   * @param projectRestored whether the project was given back what it said before
   */
  record Recovered(
      Trigger trigger, String buildId, @Nullable Duration timeSinceFailure, boolean projectRestored)
      implements RescueEvent {}

  /** The work does not run again; {@code why} tells what people can do. */
  record RetrySkipped(Trigger trigger, String reason) implements RescueEvent {}
}
