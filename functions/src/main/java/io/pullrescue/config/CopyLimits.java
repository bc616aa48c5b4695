package io.pullrescue.config;

/**
 * How much a replication may take on.
 *
 * @param maxConcurrentBlobs blobs of an image on the way at once
 * @param maxImageBytes the largest image that is copied, all platforms together, compressed
 */
public record CopyLimits(int maxConcurrentBlobs, long maxImageBytes) {
  /** Twice the largest images that people are known to build. */
  public static final long DEFAULT_MAX_IMAGE_BYTES = 128L << 30;

  /** A quarter of the blobs at once, so many times over; one is the least. */
  public CopyLimits withReducedConcurrency(int reductions) {
    return new CopyLimits(
        Math.max(1, maxConcurrentBlobs >> Math.min(2 * reductions, Integer.SIZE - 1)),
        maxImageBytes);
  }
}
