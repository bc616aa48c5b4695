package io.pullrescue.registry;

import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** The bytes of a blob, asked for upstream while the mirror opens an upload for them. */
final class Opening implements AutoCloseable {
  private final CompletableFuture<InputStream> stream = new CompletableFuture<>();
  private final Thread thread;

  Opening(Supplier<InputStream> content) {
    thread = Thread.ofVirtual().start(() -> open(content));
  }

  private void open(Supplier<InputStream> content) {
    try {
      stream.complete(content.get());
    } catch (RuntimeException failed) {
      stream.completeExceptionally(failed);
    }
  }

  /** The stream; throws what opening it threw. */
  InputStream stream() {
    try {
      return stream.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryRefused(Reason.OUT_OF_TIME, "stopped from outside", stopped);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(failed);
    }
  }

  /** Lets go of it, also where it opens only later. */
  @Override
  public void close() {
    thread.interrupt();
    var unused = stream.thenAccept(Opening::let);
  }

  private static void let(InputStream opened) {
    try {
      opened.close();
    } catch (IOException gone) {
      // There is nothing left to let go of.
    }
  }
}
