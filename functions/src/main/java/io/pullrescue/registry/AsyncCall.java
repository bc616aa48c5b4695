package io.pullrescue.registry;

import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A question that is on its way while something else is done; closing it calls it back.
 *
 * @param <T> what comes of it
 */
public final class AsyncCall<T> implements AutoCloseable {
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Thread thread;

  /** Asks now, on a thread of its own. */
  public AsyncCall(Supplier<T> call) {
    thread = Thread.ofVirtual().start(() -> run(call));
  }

  private void run(Supplier<T> call) {
    try {
      future.complete(call.get());
    } catch (RuntimeException failed) {
      future.completeExceptionally(failed);
    }
  }

  /** What came of it; throws what asking threw. */
  public T join() {
    try {
      return future.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Reason.DEADLINE_EXCEEDED, "stopped from outside", stopped);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(failed);
    }
  }

  /** Gives the answer to this as well, also where it comes only later. */
  void thenAccept(Consumer<T> consumer) {
    var _ = future.thenAccept(consumer);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
