package io.pullrescue.replication;

import io.pullrescue.registry.Descriptor;

/**
 * Receives the progress of a copy, from several threads.
 *
 * <p>Bytes that are copied twice, because an upload was restarted, are reported twice.
 */
public interface CopyProgressListener {
  /** A listener that ignores everything. */
  CopyProgressListener NONE =
      new CopyProgressListener() {
        @Override
        public void onPlanned(int blobs, long bytes) {}

        @Override
        public void onBytesCopied(long bytes) {}

        @Override
        public void onBlobCompleted(Descriptor blob, boolean copied) {}
      };

  /** Reports that all manifests have been read. */
  void onPlanned(int blobs, long bytes);

  /** Reports that more bytes have been sent to the mirror. */
  void onBytesCopied(long bytes);

  /** Reports that the mirror has this blob; {@code copied} is false if it already existed. */
  void onBlobCompleted(Descriptor blob, boolean copied);
}
