package io.pullrescue.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** The bytes of a blob, asked for upstream while the mirror opens an upload for them. */
final class UploadSession implements AutoCloseable {
  private final AsyncCall<InputStream> content;

  UploadSession(Supplier<InputStream> content) {
    this.content = new AsyncCall<>(content);
  }

  /** The stream; throws what opening it threw. */
  InputStream stream() {
    return content.join();
  }

  /** Lets go of it, also where it opens only later. */
  @Override
  public void close() {
    content.close();
    content.thenAccept(UploadSession::closeQuietly);
  }

  private static void closeQuietly(InputStream opened) {
    try {
      opened.close();
    } catch (IOException gone) {
      // There is nothing left to let go of.
    }
  }
}
