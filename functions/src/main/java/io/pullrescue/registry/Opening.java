package io.pullrescue.registry;

import io.pullrescue.replication.Meanwhile;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** The bytes of a blob, asked for upstream while the mirror opens an upload for them. */
final class Opening implements AutoCloseable {
  private final Meanwhile<InputStream> content;

  Opening(Supplier<InputStream> content) {
    this.content = new Meanwhile<>(content);
  }

  /** The stream; throws what opening it threw. */
  InputStream stream() {
    return content.answer();
  }

  /** Lets go of it, also where it opens only later. */
  @Override
  public void close() {
    content.close();
    content.then(Opening::let);
  }

  private static void let(InputStream opened) {
    try {
      opened.close();
    } catch (IOException gone) {
      // There is nothing left to let go of.
    }
  }
}
