package io.pullrescue.replication;

import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a copy transferred and how many pulls it used.
 *
 * @param bytesCopied compressed bytes of the blobs and manifests that were copied
 * @param blobsCopied the number of blobs that were copied
 * @param bytesSkipped compressed bytes of the blobs that the mirror already had
 * @param blobsSkipped the number of blobs that the mirror already had
 * @param manifests the number of manifests written, including the index
 * @param rateLimitedRequests manifest requests that count against the upstream's rate limit
 */
public record CopyStats(
    long bytesCopied,
    int blobsCopied,
    long bytesSkipped,
    int blobsSkipped,
    int manifests,
    int rateLimitedRequests,
    Duration elapsed) {
  /** Returns stats of a copy that transferred nothing. */
  public static CopyStats nothingCopied(Duration elapsed) {
    return new CopyStats(0, 0, 0, 0, 0, 0, elapsed);
  }

  /** Collects stats from several threads. */
  static final class Collector {
    private final InstantSource clock;
    private final Instant start;
    private final AtomicLong bytesCopied = new AtomicLong();
    private final AtomicInteger blobsCopied = new AtomicInteger();
    private final AtomicLong bytesSkipped = new AtomicLong();
    private final AtomicInteger blobsSkipped = new AtomicInteger();
    private final AtomicInteger manifests = new AtomicInteger();
    private final AtomicInteger rateLimitedRequests = new AtomicInteger();

    Collector(InstantSource clock) {
      this.clock = clock;
      this.start = clock.instant();
    }

    void recordCopiedBlob(Descriptor blob) {
      bytesCopied.addAndGet(blob.size());
      blobsCopied.incrementAndGet();
    }

    void recordSkippedBlob(Descriptor blob) {
      bytesSkipped.addAndGet(blob.size());
      blobsSkipped.incrementAndGet();
    }

    void recordManifest(Manifest manifest) {
      bytesCopied.addAndGet(manifest.size());
      manifests.incrementAndGet();
    }

    void recordRateLimitedRequest() {
      rateLimitedRequests.incrementAndGet();
    }

    int rateLimitedRequests() {
      return rateLimitedRequests.get();
    }

    CopyStats snapshot() {
      return new CopyStats(
          bytesCopied.get(),
          blobsCopied.get(),
          bytesSkipped.get(),
          blobsSkipped.get(),
          manifests.get(),
          rateLimitedRequests.get(),
          Duration.between(start, clock.instant()));
    }
  }
}
