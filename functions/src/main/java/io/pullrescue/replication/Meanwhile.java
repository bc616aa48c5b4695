package io.pullrescue.replication;

import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A question that is on its way while something else is done; closing it calls it back.
 *
 * @param <T> what comes of it
 */
public final class Meanwhile<T> implements AutoCloseable {
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final Thread thread;

  /** Asks now, on a thread of its own. */
  public Meanwhile(Supplier<T> question) {
    thread = Thread.ofVirtual().start(() -> ask(question));
  }

  private void ask(Supplier<T> question) {
    try {
      answer.complete(question.get());
    } catch (RuntimeException failed) {
      answer.completeExceptionally(failed);
    }
  }

  /** What came of it; throws what asking threw. */
  public T answer() {
    try {
      return answer.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryRefused(Reason.OUT_OF_TIME, "stopped from outside", stopped);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(failed);
    }
  }

  /** Gives the answer to this as well, also where it comes only later. */
  public void then(Consumer<T> use) {
    var _ = answer.thenAccept(use);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
