package io.pullrescue.workload.codebuild.log;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From one instant to another.
 *
 * @param start null where it is open
 * @param end null where it is open
 */
public record TimeRange(@Nullable Instant start, @Nullable Instant end) {
  /** All time. */
  public static final TimeRange UNBOUNDED = new TimeRange(null, null);

  public TimeRange expandedBy(Duration margin) {
    return new TimeRange(
        start == null ? null : start.minus(margin), end == null ? null : end.plus(margin));
  }
}
