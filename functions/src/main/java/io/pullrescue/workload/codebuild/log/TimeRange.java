package io.pullrescue.workload.codebuild.log;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A range of time.
 *
 * @param start null if the range has no start
 * @param end null if the range has no end
 */
public record TimeRange(@Nullable Instant start, @Nullable Instant end) {
  /** The range without start and end. */
  public static final TimeRange UNBOUNDED = new TimeRange(null, null);

  /** Returns this range, extended by the margin at both ends. */
  public TimeRange expandedBy(Duration margin) {
    return new TimeRange(
        start == null ? null : start.minus(margin), end == null ? null : end.plus(margin));
  }
}
