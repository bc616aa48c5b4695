package io.pullrescue.registry.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time at which a copy has to stop by itself, before its process is stopped.
 *
 * @param clock the source of the current time
 * @param end the last moment at which work may continue
 */
public record Deadline(InstantSource clock, Instant end) {
  /** Creates a deadline that ends after this time. */
  public static Deadline after(Duration timeout, InstantSource clock) {
    return new Deadline(clock, clock.instant().plus(timeout));
  }

  /** Returns the time left; never negative. */
  public Duration remaining() {
    var left = Duration.between(clock.instant(), end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  public boolean isExpired() {
    return !clock.instant().isBefore(end);
  }
}
