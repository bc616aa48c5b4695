package io.pullrescue.workload;

import io.pullrescue.diagnosis.Failure;
import java.util.List;

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
   * The log is not available yet and is to be loaded again a few seconds later.
   *
   * @param partialFailure the failure without its log
   * @param reason one line for the log
   */
  record NotReady(Failure partialFailure, String reason) implements LoadResult {}
}
