package io.pullrescue.replication;

import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
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

  /** The results as they came; throws what the first failing task threw. Tasks start in order. */
  <T> List<T> run(List<Callable<T>> tasks) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ExecutorCompletionService<T>(threads);
      try {
        return collect(results, tasks);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private <T> List<T> collect(ExecutorCompletionService<T> results, List<Callable<T>> tasks) {
    var collected = new ArrayList<T>();
    var waiting = tasks.iterator();
    for (int i = 0; i < atOnce && waiting.hasNext(); i++) {
      results.submit(waiting.next());
    }
    while (collected.size() < tasks.size()) {
      collected.add(next(results));
      if (waiting.hasNext()) {
        results.submit(waiting.next());
      }
    }
    return collected;
  }

  private <T> T next(ExecutorCompletionService<T> results) {
    try {
      var done = results.poll(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
      if (done == null) {
        throw new RegistryRefused(Reason.OUT_OF_TIME, "the time was up");
      }
      return done.get();
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
