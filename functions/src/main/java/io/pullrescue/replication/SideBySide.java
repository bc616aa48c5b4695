package io.pullrescue.replication;

import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks on virtual threads, a few at once, in the order given.
 *
 * <p>The first failure ends them all: what has not begun does not begin, and what waits on a socket
 * is interrupted, which closes the socket. The same happens when the time is up.
 */
final class SideBySide {
  private final int atOnce;
  private final Deadline deadline;

  SideBySide(int atOnce, Deadline deadline) {
    this.atOnce = atOnce;
    this.deadline = deadline;
  }

  /** The results as they came; throws what the first failing task threw. */
  <T> List<T> run(List<Callable<T>> tasks) {
    var turns = new Semaphore(atOnce, true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ExecutorCompletionService<T>(threads);
      tasks.forEach(task -> results.submit(() -> inTurn(turns, task)));
      try {
        return collect(results, tasks.size());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static <T> T inTurn(Semaphore turns, Callable<T> task) throws Exception {
    turns.acquire();
    try {
      return task.call();
    } finally {
      turns.release();
    }
  }

  private <T> List<T> collect(ExecutorCompletionService<T> results, int expected) {
    var collected = new ArrayList<T>();
    try {
      while (collected.size() < expected) {
        var done = results.poll(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        if (done == null) {
          throw new RegistryRefused(Reason.OUT_OF_TIME, "the time was up");
        }
        collected.add(done.get());
      }
      return collected;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryRefused(Reason.OUT_OF_TIME, "stopped from outside", stopped);
    } catch (ExecutionException failed) {
      throw asUnchecked(failed);
    }
  }

  private static RuntimeException asUnchecked(ExecutionException failed) {
    return failed.getCause() instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failed);
  }
}
