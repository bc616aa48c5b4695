package io.pullrescue.workload.codebuild;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was done for a project before, read off its newest builds: nothing else remembers it.
 *
 * @param builds newest first
 */
public record BuildHistory(List<Build> builds) {
  /** Copies the list, so that a history never changes. */
  public BuildHistory {
    builds = List.copyOf(builds);
  }

  /** The build that is this attempt of this chain already. */
  Optional<String> findRetry(RetryState retryState) {
    return builds.stream().filter(retryState::matches).map(Build::id).findFirst();
  }

  /** How many retries of ours began since then. */
  long retriesSince(Instant since) {
    return builds.stream()
        .filter(
            build -> build.environment().plaintextVariable(RetryState.ATTEMPT_VARIABLE).isPresent())
        .filter(build -> build.startTime().filter(since::isBefore).isPresent())
        .count();
  }
}
