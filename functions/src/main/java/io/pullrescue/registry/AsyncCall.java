package io.pullrescue.registry;

import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a call on its own virtual thread; closing it interrupts the thread.
 *
 * <p>An interrupt closes the socket that a virtual thread waits for, which {@link
 * CompletableFuture#cancel} alone does not do.
 *
 * @param <T> the type of the result
 */
public final class AsyncCall<T> implements AutoCloseable {
  private static final long MAX_WAIT_MILLIS = 1000;

  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Thread thread;

  /** Starts the call. */
  public AsyncCall(Supplier<T> call) {
    thread = Thread.ofVirtual().start(() -> run(call));
  }

  /**
   * Runs a call and interrupts it at the deadline, whatever it waits for.
   *
   * <p>Socket timeouts do not suffice: a server that sends one byte now and then never exceeds
   * them.
   */
  static <T> T callUntil(Deadline deadline, Supplier<T> call) {
    try (var asyncCall = new AsyncCall<>(call)) {
      return asyncCall.join(deadline);
    }
  }

  /** Passes on errors as well: a caller would otherwise wait for a result that never comes. */
  private void run(Supplier<T> call) {
    try {
      future.complete(call.get());
    } catch (Throwable failed) {
      future.completeExceptionally(failed);
    }
  }

  /** Waits for the result; throws what the call threw. */
  public T join() {
    return join(null);
  }

  private T join(@Nullable Deadline deadline) {
    try {
      return await(deadline);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Reason.DEADLINE_EXCEEDED, "the copy was interrupted", stopped);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(failed);
    }
  }

  /** A thread without memory may end without a result, because passing its error on fails. */
  private T await(@Nullable Deadline deadline) throws InterruptedException, ExecutionException {
    while (true) {
      var hasEnded = !thread.isAlive();
      try {
        return future.get(
            deadline == null ? MAX_WAIT_MILLIS : deadline.waitMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException notCompleted) {
        if (hasEnded) {
          throw new IllegalStateException("a thread ended without a result");
        }
        if (deadline != null && deadline.isExpired()) {
          throw new RegistryException(Reason.DEADLINE_EXCEEDED, "the deadline passed");
        }
      }
    }
  }

  /** Passes the result to the consumer as soon as it is available, even after {@link #close}. */
  void thenAccept(Consumer<T> consumer) {
    var _ = future.thenAccept(consumer);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
