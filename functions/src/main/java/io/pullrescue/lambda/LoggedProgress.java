package io.pullrescue.lambda;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far a copy is: at its start, and every few seconds while bytes move. */
final class LoggedProgress implements Progress {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final ImageReference image;
  private final InstantSource clock;
  private final AtomicLong whole = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicReference<Instant> next;

  LoggedProgress(ImageReference image, InstantSource clock) {
    this.image = image;
    this.clock = clock;
    this.next = new AtomicReference<>(clock.instant().plus(PAUSE));
  }

  @Override
  public void planned(int blobs, long bytes) {
    whole.set(bytes);
    LOG.info("copying {}: {} bytes in {} blobs", image.familiar(), bytes, blobs);
  }

  @Override
  public void moved(long bytes) {
    var sum = done.addAndGet(bytes);
    var now = clock.instant();
    var due = next.get();
    if (now.isAfter(due) && next.compareAndSet(due, now.plus(PAUSE))) {
      LOG.info("copying {}: {} of {} bytes", image.familiar(), sum, whole.get());
    }
  }

  @Override
  public void arrived(Descriptor blob, boolean travelled) {
    if (!travelled) {
      done.addAndGet(blob.size());
    }
  }
}
