package io.pullrescue.lambda;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.replication.CopyProgressListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the progress of a copy every few seconds. */
final class LoggingProgressListener implements CopyProgressListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingProgressListener.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(2);

  private final ImageReference image;
  private final InstantSource clock;
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicLong copiedBytes = new AtomicLong();
  private final AtomicReference<Instant> nextLogTime;

  LoggingProgressListener(ImageReference image, InstantSource clock) {
    this.image = image;
    this.clock = clock;
    this.nextLogTime = new AtomicReference<>(clock.instant().plus(LOG_INTERVAL));
  }

  @Override
  public void onPlanned(int blobs, long bytes) {
    totalBytes.set(bytes);
  }

  @Override
  public void onBytesCopied(long bytes) {
    var copied = copiedBytes.addAndGet(bytes);
    var now = clock.instant();
    var due = nextLogTime.get();
    if (now.isAfter(due) && nextLogTime.compareAndSet(due, now.plus(LOG_INTERVAL))) {
      LOG.atInfo()
          .addKeyValue("image", image)
          .addKeyValue("bytes", copied)
          .log("copying an image: {} of {} bytes", copied, totalBytes.get());
    }
  }

  @Override
  public void onBlobCompleted(Descriptor blob, boolean copied) {
    if (!copied) {
      copiedBytes.addAndGet(blob.size());
    }
  }
}
