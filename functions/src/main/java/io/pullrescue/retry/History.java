package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was done for a project before, read off its newest builds: nothing else remembers it.
 *
 * @param builds newest first
 */
public record History(List<Build> builds) {
  /** Copies the list, so that a history never changes. */
  public History {
    builds = List.copyOf(builds);
  }

  /** The build that is this attempt of this chain already. */
  Optional<String> startedAs(Chain chain) {
    return builds.stream().filter(chain::isToldBy).map(Build::id).findFirst();
  }

  /** How many retries of ours began since then. */
  long retriesSince(Instant since) {
    return builds.stream()
        .filter(build -> build.environment().plainText(Chain.ATTEMPT).isPresent())
        .filter(build -> build.start().filter(since::isBefore).isPresent())
        .count();
  }
}
