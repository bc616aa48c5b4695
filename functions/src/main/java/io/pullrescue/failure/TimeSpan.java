package io.pullrescue.failure;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From one instant to another.
 *
 * @param start null where it is open
 * @param end null where it is open
 */
public record TimeSpan(@Nullable Instant start, @Nullable Instant end) {
  /** All time. */
  public static final TimeSpan UNLIMITED = new TimeSpan(null, null);

  TimeSpan widened(Duration margin) {
    return new TimeSpan(
        start == null ? null : start.minus(margin), end == null ? null : end.plus(margin));
  }
}
