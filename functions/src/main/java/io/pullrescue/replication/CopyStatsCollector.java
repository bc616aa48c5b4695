package io.pullrescue.replication;

import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The tally while it grows, from several threads at once. */
final class CopyStatsCollector {
  private final InstantSource clock;
  private final Instant start;
  private final AtomicLong bytesCopied = new AtomicLong();
  private final AtomicInteger blobsCopied = new AtomicInteger();
  private final AtomicLong bytesSkipped = new AtomicLong();
  private final AtomicInteger blobsSkipped = new AtomicInteger();
  private final AtomicInteger manifests = new AtomicInteger();
  private final AtomicInteger rateLimitedRequests = new AtomicInteger();

  CopyStatsCollector(InstantSource clock) {
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

  void recordPull() {
    rateLimitedRequests.incrementAndGet();
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
