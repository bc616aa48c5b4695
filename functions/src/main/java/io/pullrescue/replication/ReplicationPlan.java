package io.pullrescue.replication;

import java.util.List;

/** What follows from a diagnosis. */
public sealed interface ReplicationPlan {
  /** These images are to be copied, one request each. */
  record Replicate(List<ReplicationRequest> requests) implements ReplicationPlan {
    /** Copies the list, so that a plan never changes. */
    public Replicate {
      requests = List.copyOf(requests);
    }
  }

  /** A copy would not help, or is not allowed; {@code why} says so to people. */
  record ReportOnly(String why) implements ReplicationPlan {}
}
