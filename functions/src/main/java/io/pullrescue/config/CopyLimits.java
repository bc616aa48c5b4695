package io.pullrescue.config;

/**
 * Limits a replication.
 *
 * @param maxConcurrentBlobs blobs of an image that are copied at the same time
 * @param maxImageBytes the largest image that is copied: all platforms together, compressed
 */
public record CopyLimits(int maxConcurrentBlobs, long maxImageBytes) {
  /** Twice the size of the largest images in common use. */
  public static final long DEFAULT_MAX_IMAGE_BYTES = 128L << 30;

  /** Returns limits with a quarter of the concurrent blobs for each reduction, at least one. */
  public CopyLimits withReducedConcurrency(int reductions) {
    return new CopyLimits(
        Math.max(1, maxConcurrentBlobs >> Math.min(2 * reductions, Integer.SIZE - 1)),
        maxImageBytes);
  }
}
