package io.pullrescue.replication;

/**
 * How much a replication may take on.
 *
 * @param blobsAtOnce blobs of an image on the way at once
 * @param bytes the largest image that is copied, all platforms together, compressed
 */
public record Limits(int blobsAtOnce, long bytes) {
  /** Twice the largest images that people are known to build. */
  public static final long CUSTOMARY_BYTES = 128L << 30;

  /** A quarter of the blobs at once, so many times over; one is the least. */
  Limits restrained(int times) {
    return new Limits(Math.max(1, blobsAtOnce >> Math.min(2 * times, Integer.SIZE - 1)), bytes);
  }
}
