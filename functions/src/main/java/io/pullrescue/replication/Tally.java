package io.pullrescue.replication;

import java.time.Duration;

/**
 * What a replication moved and spent.
 *
 * @param bytes moved, compressed, blobs and manifests
 * @param blobsMoved blobs that travelled
 * @param bytesPresent of the blobs that the mirror had already
 * @param blobsPresent the number of those
 * @param manifests manifests written, the index among them
 * @param counted manifest requests that count against the upstream's quota
 */
public record Tally(
    long bytes,
    int blobsMoved,
    long bytesPresent,
    int blobsPresent,
    int manifests,
    int counted,
    Duration elapsed) {
  /** Nothing had to move. */
  public static Tally nothing(Duration elapsed) {
    return new Tally(0, 0, 0, 0, 0, 0, elapsed);
  }
}
