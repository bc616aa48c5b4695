package io.pullrescue.replication;

import io.pullrescue.registry.Descriptor;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** One blob on its way, and how much of it has passed. */
final class BlobTransfer {
  private final Descriptor blob;
  private final CopyProgressListener listener;
  private final AtomicLong bytesCopied = new AtomicLong();

  BlobTransfer(Descriptor blob, CopyProgressListener listener) {
    this.blob = blob;
    this.listener = listener;
  }

  Descriptor blob() {
    return blob;
  }

  void onBytesCopied(long bytes) {
    bytesCopied.addAndGet(bytes);
    listener.onBytesCopied(bytes);
  }

  /** For messages. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s (%,d of %,d bytes)", blob.digest(), bytesCopied.get(), blob.size());
  }
}
