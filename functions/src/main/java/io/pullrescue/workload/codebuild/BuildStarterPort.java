package io.pullrescue.workload.codebuild;

import java.util.List;

/** Starts builds again. */
public interface BuildStarterPort {
  /** Starts it. Asking twice for the same plan within minutes starts one build. */
  StartedBuild start(BuildRetryPlan.StartBuild plan);

  /**
   * A build that runs.
   *
   * @param buildId its id
   * @param caveats from the build that failed, which the API could not carry over, in words
   */
  record StartedBuild(String buildId, List<String> caveats) {
    /** Copies the list, so that it never changes. */
    public StartedBuild {
      caveats = List.copyOf(caveats);
    }
  }
}
