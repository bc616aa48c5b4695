package io.pullrescue.replication.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pullrescue.replication.CopyStats;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * States what earlier invocations have done for an image that takes longer than one invocation.
 *
 * @param invocations the number of these invocations
 * @param bytesCopied the bytes that they copied together
 * @param concurrencyReductions how often they reduced the number of concurrent blobs before a blob
 *     was copied completely
 * @param rateLimitedRequests the requests that they made and that count at the upstream
 * @param notBefore when the next invocation may begin, in seconds since 1970; 0 for at once
 * @param longCopyGroup the group in which a long copy is continued; null for that of the image
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResumeState(
    int invocations,
    long bytesCopied,
    int concurrencyReductions,
    int rateLimitedRequests,
    long notBefore,
    @Nullable Integer longCopyGroup) {
  /** The year 9999: what a message may say must be a time. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  /** Rejects what no invocation writes, so that the message is malformed. */
  public ResumeState {
    if (invocations < 0
        || bytesCopied < 0
        || concurrencyReductions < 0
        || rateLimitedRequests < 0
        || notBefore < 0
        || notBefore > MAX_SECONDS) {
      throw new IllegalArgumentException("a number is out of range");
    }
  }

  /** The state of a new request. */
  public static final ResumeState NONE = new ResumeState(0, 0, 0, 0, 0, null);

  /** Returns the state after one more invocation. */
  public ResumeState plus(CopyStats stats, int reductions) {
    return new ResumeState(
        invocations + 1,
        bytesCopied + stats.bytesCopied(),
        reductions,
        rateLimitedRequests + stats.rateLimitedRequests(),
        0,
        null);
  }

  /** Returns the state of a copy that is continued in one of the groups for long copies. */
  public ResumeState inLongCopyGroup(int group) {
    return new ResumeState(
        invocations, bytesCopied, concurrencyReductions, rateLimitedRequests, notBefore, group);
  }

  /** Returns the state of a copy that is continued in the group of its image, after a delay. */
  public ResumeState notBefore(Instant time) {
    return new ResumeState(
        invocations,
        bytesCopied,
        concurrencyReductions,
        rateLimitedRequests,
        time.getEpochSecond(),
        null);
  }

  /** Returns whether the copy is continued in one of the groups for long copies. */
  public boolean continuesLongCopy() {
    return longCopyGroup != null;
  }

  /** Returns the time until the next invocation may begin; not positive if it may begin. */
  public Duration remainingDelay(Instant now) {
    return Duration.between(now, Instant.ofEpochSecond(notBefore));
  }
}
