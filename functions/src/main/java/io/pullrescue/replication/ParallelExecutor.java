package io.pullrescue.replication;

import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
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
final class ParallelExecutor {
  private final int maxConcurrency;
  private final Deadline deadline;

  ParallelExecutor(int maxConcurrency, Deadline deadline) {
    this.maxConcurrency = maxConcurrency;
    this.deadline = deadline;
  }

  /** The results as they came; throws what the first failing task threw. Tasks start in order. */
  <T> List<T> invokeAll(List<Callable<T>> tasks) {
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
    var pending = tasks.iterator();
    for (int i = 0; i < maxConcurrency && pending.hasNext(); i++) {
      results.submit(pending.next());
    }
    while (collected.size() < tasks.size()) {
      collected.add(takeNext(results));
      if (pending.hasNext()) {
        results.submit(pending.next());
      }
    }
    return collected;
  }

  private <T> T takeNext(ExecutorCompletionService<T> results) {
    try {
      var completed = results.poll(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
      if (completed == null) {
        throw new RegistryException(Reason.DEADLINE_EXCEEDED, "the time was up");
      }
      return completed.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Reason.DEADLINE_EXCEEDED, "stopped from outside", stopped);
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
