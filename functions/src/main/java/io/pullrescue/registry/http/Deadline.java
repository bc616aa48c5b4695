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
  private static final long MAX_WAIT_MILLIS = 1000;

  /** Creates a deadline that ends after this time. */
  public static Deadline after(Duration timeout, InstantSource clock) {
    return new Deadline(clock, clock.instant().plus(timeout));
  }

  /** Returns the time left; never negative. */
  public Duration remaining() {
    var left = Duration.between(clock.instant(), end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Returns how long a thread should wait before it checks the deadline again, in milliseconds; at
   * most one second, because the clock need not advance at the same rate as the thread's timer.
   */
  public long waitMillis() {
    return Math.min(remaining().toMillis(), MAX_WAIT_MILLIS);
  }

  public boolean isExpired() {
    return !clock.instant().isBefore(end);
  }
}
