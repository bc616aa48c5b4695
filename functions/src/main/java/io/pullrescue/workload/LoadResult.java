package io.pullrescue.workload;

import io.pullrescue.diagnosis.Failure;
import java.util.List;

/** What could be read of a piece of work that failed. */
public sealed interface LoadResult {
  /**
   * The failures with their evidence: one, or one for each container that failed by itself. All are
   * of the same origin.
   */
  record Complete(List<Failure> failures) implements LoadResult {
    /** Copies the list, so that a reading never changes. */
    public Complete {
      failures = List.copyOf(failures);
    }
  }

  /** There is no failure to read: {@code why} says so in one line. */
  record NoFailure(String reason) implements LoadResult {}

  /** The log has not arrived yet; reading again a little later will do. */
  record NotReady(Failure partialFailure, String reason) implements LoadResult {}
}
