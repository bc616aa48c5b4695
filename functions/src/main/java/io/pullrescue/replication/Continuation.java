package io.pullrescue.replication;

/**
 * What earlier invocations have done for a request whose image does not fit into one of them.
 *
 * @param count how many there were
 * @param bytes what they moved together
 * @param restraint how often they had to lower the number of blobs at once before one arrived
 */
public record Continuation(int count, long bytes, int restraint) {
  /** Nothing has been done yet. */
  public static final Continuation NONE = new Continuation(0, 0, 0);

  /** One more, which moved this much at this restraint. */
  public Continuation and(Tally tally, int withRestraint) {
    return new Continuation(count + 1, bytes + tally.bytes(), withRestraint);
  }
}
