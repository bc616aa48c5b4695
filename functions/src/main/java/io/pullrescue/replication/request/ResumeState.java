package io.pullrescue.replication.request;

import io.pullrescue.replication.CopyStats;

/**
 * States what earlier invocations have done for an image that takes longer than one invocation.
 *
 * @param invocations the number of these invocations
 * @param bytesCopied the bytes that they copied together
 * @param concurrencyReductions how often they reduced the number of concurrent blobs before a blob
 *     was copied completely
 */
public record ResumeState(int invocations, long bytesCopied, int concurrencyReductions) {
  /** The state of a new request. */
  static final ResumeState NONE = new ResumeState(0, 0, 0);

  /** Returns the state after one more invocation. */
  public ResumeState plus(CopyStats stats, int reductions) {
    return new ResumeState(invocations + 1, bytesCopied + stats.bytesCopied(), reductions);
  }
}
