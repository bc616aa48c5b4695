package io.pullrescue.workload.codebuild;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.Build;

/**
 * The recent builds of a project. They are the only record of earlier retries and probe builds.
 *
 * @param builds newest first
 */
record BuildHistory(List<Build> builds) {
  BuildHistory {
    builds = List.copyOf(builds);
  }

  /** Returns the id of the build that already is this attempt. */
  Optional<String> findRetry(RetryState retryState) {
    return builds.stream().filter(retryState::matches).map(Build::id).findFirst();
  }

  /** Counts the retries that started after an instant. */
  long retriesSince(Instant since) {
    return builds.stream()
        .filter(build ->
            BuildInspector.plaintextVariable(build, RetryState.ATTEMPT_VARIABLE).isPresent())
        .filter(build -> BuildInspector.startTime(build).filter(since::isBefore).isPresent())
        .count();
  }

  /** Returns the probe builds, newest first. */
  List<Build> probes() {
    return builds.stream().filter(ProbeBuild::isProbe).toList();
  }
}
