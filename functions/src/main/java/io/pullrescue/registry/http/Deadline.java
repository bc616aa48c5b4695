package io.pullrescue.registry.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * When a replication must have stopped by itself, because what runs it will be stopped then.
 *
 * @param clock says what time it is
 * @param end the last moment at which work may still go on
 */
public record Deadline(InstantSource clock, Instant end) {
  /** A deadline so much time from now. */
  public static Deadline after(Duration timeout, InstantSource clock) {
    return new Deadline(clock, clock.instant().plus(timeout));
  }

  /** The time left; never negative. */
  public Duration remaining() {
    var left = Duration.between(clock.instant(), end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether the time is up. */
  public boolean isExpired() {
    return !clock.instant().isBefore(end);
  }
}
