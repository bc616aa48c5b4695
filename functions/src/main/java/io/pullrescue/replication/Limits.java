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
}
