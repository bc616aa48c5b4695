package io.pullrescue.replication;

import java.time.Duration;

/**
 * What a replication moved and spent.
 *
 * @param bytesCopied moved, compressed, blobs and manifests
 * @param blobsCopied blobs that travelled
 * @param bytesSkipped of the blobs that the mirror had already
 * @param blobsSkipped the number of those
 * @param manifests manifests written, the index among them
 * @param rateLimitedRequests manifest requests that count against the upstream's quota
 */
public record CopyStats(
    long bytesCopied,
    int blobsCopied,
    long bytesSkipped,
    int blobsSkipped,
    int manifests,
    int rateLimitedRequests,
    Duration elapsed) {
  /** Nothing had to move. */
  public static CopyStats nothingCopied(Duration elapsed) {
    return new CopyStats(0, 0, 0, 0, 0, 0, elapsed);
  }
}
