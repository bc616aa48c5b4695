package io.pullrescue.replication.request;

import io.pullrescue.replication.CopyStats;

/**
 * What earlier invocations have done for a request whose image does not fit into one of them.
 *
 * @param invocations how many there were
 * @param bytesCopied what they moved together
 * @param concurrencyReductions how often they had to lower the number of blobs at once before one
 *     arrived
 */
public record ResumeState(int invocations, long bytesCopied, int concurrencyReductions) {
  /** Nothing has been done yet. */
  static final ResumeState NONE = new ResumeState(0, 0, 0);

  /** One more, which moved this much at this restraint. */
  public ResumeState plus(CopyStats stats, int reductions) {
    return new ResumeState(invocations + 1, bytesCopied + stats.bytesCopied(), reductions);
  }
}
