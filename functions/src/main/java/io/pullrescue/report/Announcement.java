package io.pullrescue.report;

import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.retry.RetryPlan;

/** What became of a rescue, one step at a time, for the event bus and for people. */
public sealed interface Announcement {
  /** Whom the step was for. */
  Origin origin();

  /** A pull failure was understood; the plan says what follows, the advice what people can do. */
  record Diagnosed(Origin origin, PullFailed diagnosis, ReplicationPlan plan, Advice advice)
      implements Announcement {}

  /** An image is in the mirror. */
  record Replicated(ReplicationRequest request, Replication.Replicated result)
      implements Announcement {
    @Override
    public Origin origin() {
      return request.origin();
    }
  }

  /** An image could not be copied, and will not be tried again. */
  record NotReplicated(Origin origin, ImageReference image, String why) implements Announcement {}

  /**
   * The work runs again.
   *
   * @param build the id of the new build
   */
  record Retried(Origin origin, RetryPlan.StartBuild plan, String build) implements Announcement {}

  /** The work does not run again; {@code why} tells what people can do. */
  record RetryRefused(Origin origin, String why) implements Announcement {}
}
