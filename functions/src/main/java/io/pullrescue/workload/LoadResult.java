package io.pullrescue.workload;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.event.Trigger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** States what could be loaded of a failed workload. */
public sealed interface LoadResult {
  /** Holds one failure, or one for each container that failed; all have the same trigger. */
  record Complete(List<Failure> failures) implements LoadResult {
    public Complete {
      failures = List.copyOf(failures);
    }
  }

  /**
   * There is no failed image pull.
   *
   * @param reason one line for the log
   */
  record NoFailure(String reason) implements LoadResult {}

  /**
   * The failure or its log is not available yet and is to be loaded again a few seconds later: an
   * event may be quicker than the API that describes the workload.
   *
   * @param partialFailure the failure without its log; null if the API does not show one
   * @param reason one line for the log
   */
  record NotReady(@Nullable Failure partialFailure, String reason) implements LoadResult {}

  /**
   * The evidence of the failure cannot be read.
   *
   * @param reason for people
   */
  record Unreadable(Trigger trigger, String reason) implements LoadResult {}
}
