package io.pullrescue.replication;

import io.pullrescue.registry.Descriptor;

/**
 * Is told what a replication does while it does it, from several threads at once.
 *
 * <p>Bytes that travel twice, because an upload had to start again, are told twice.
 */
public interface CopyProgressListener {
  /** For callers that only want the result. */
  CopyProgressListener NONE =
      new CopyProgressListener() {
        @Override
        public void onPlanned(int blobs, long bytes) {}

        @Override
        public void onBytesCopied(long bytes) {}

        @Override
        public void onBlobCompleted(Descriptor blob, boolean copied) {}
      };

  /** All manifests are read: this is what the image consists of. */
  void onPlanned(int blobs, long bytes);

  /** So many bytes more have gone to the mirror. */
  void onBytesCopied(long bytes);

  /** The mirror has this blob; {@code travelled} is false where it had it before. */
  void onBlobCompleted(Descriptor blob, boolean copied);
}
