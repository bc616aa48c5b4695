package io.pullrescue.replication;

/**
 * Is told what a replication does while it does it, from several threads at once.
 *
 * <p>Bytes that travel twice, because an upload had to start again, are told twice.
 */
public interface Progress {
  /** For callers that only want the result. */
  Progress SILENT =
      new Progress() {
        @Override
        public void planned(int blobs, long bytes) {}

        @Override
        public void moved(long bytes) {}

        @Override
        public void arrived(Descriptor blob, boolean travelled) {}
      };

  /** All manifests are read: this is what the image consists of. */
  void planned(int blobs, long bytes);

  /** So many bytes more have gone to the mirror. */
  void moved(long bytes);

  /** The mirror has this blob; {@code travelled} is false where it had it before. */
  void arrived(Descriptor blob, boolean travelled);
}
