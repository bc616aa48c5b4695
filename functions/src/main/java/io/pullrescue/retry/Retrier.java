package io.pullrescue.retry;

import java.util.List;

/** Starts builds again. */
public interface Retrier {
  /** Starts it. Asking twice for the same plan within minutes starts one build. */
  Started start(RetryPlan.StartBuild plan);

  /**
   * A build that runs.
   *
   * @param build its id
   * @param differences from the build that failed, which the API could not carry over, in words
   */
  record Started(String build, List<String> differences) {
    /** Copies the list, so that it never changes. */
    public Started {
      differences = List.copyOf(differences);
    }
  }
}
