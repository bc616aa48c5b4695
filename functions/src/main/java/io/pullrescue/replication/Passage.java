package io.pullrescue.replication;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** One blob on its way, and how much of it has passed. */
final class Passage {
  private final Descriptor blob;
  private final Progress progress;
  private final AtomicLong passed = new AtomicLong();

  Passage(Descriptor blob, Progress progress) {
    this.blob = blob;
    this.progress = progress;
  }

  Descriptor blob() {
    return blob;
  }

  void moved(long bytes) {
    passed.addAndGet(bytes);
    progress.moved(bytes);
  }

  /** For messages. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s (%,d of %,d bytes)", blob.digest(), passed.get(), blob.size());
  }
}
