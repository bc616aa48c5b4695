package io.pullrescue.replication;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The tally while it grows, from several threads at once. */
final class RunningTally {
  private final InstantSource clock;
  private final Instant start;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger blobsMoved = new AtomicInteger();
  private final AtomicLong bytesPresent = new AtomicLong();
  private final AtomicInteger blobsPresent = new AtomicInteger();
  private final AtomicInteger manifests = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();

  RunningTally(InstantSource clock) {
    this.clock = clock;
    this.start = clock.instant();
  }

  void moved(Descriptor blob) {
    bytes.addAndGet(blob.size());
    blobsMoved.incrementAndGet();
  }

  void present(Descriptor blob) {
    bytesPresent.addAndGet(blob.size());
    blobsPresent.incrementAndGet();
  }

  void wrote(Manifest manifest) {
    bytes.addAndGet(manifest.size());
    manifests.incrementAndGet();
  }

  void spent() {
    counted.incrementAndGet();
  }

  Tally sum() {
    return new Tally(
        bytes.get(),
        blobsMoved.get(),
        bytesPresent.get(),
        blobsPresent.get(),
        manifests.get(),
        counted.get(),
        Duration.between(start, clock.instant()));
  }
}
