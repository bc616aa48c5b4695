package io.pullrescue.workload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limits how long ago the failure of a workload may be: what failed long ago is not wanted any more
 * when it is retried, as after a redrive.
 *
 * @param minutes the setting {@code maxFailureAgeMinutes}
 */
public record FailureAgeLimit(int minutes, InstantSource clock) {
  /** Returns why a workload that failed then is not retried; empty if it may be. */
  public Optional<String> blockingReason(@Nullable Instant failedAt) {
    if (failedAt == null) {
      return Optional.empty();
    }
    var age = Duration.between(failedAt, clock.instant());
    return age.compareTo(Duration.ofMinutes(minutes)) > 0
        ? Optional.of(
            "it failed "
                + age.toMinutes()
                + " minutes ago (`maxFailureAgeMinutes` is "
                + minutes
                + "); start it again if it is still wanted")
        : Optional.empty();
  }
}
