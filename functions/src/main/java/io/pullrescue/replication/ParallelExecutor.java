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
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on virtual threads, with limited concurrency.
 *
 * <p>The first failure ends all tasks: pending tasks are not started, and running tasks are
 * interrupted, which closes the socket that they wait for. The same happens at the deadline.
 */
final class ParallelExecutor {
  private final int maxConcurrency;
  private final Deadline deadline;

  /** Kept apart, because a thread without memory may fail to pass its error on. */
  private volatile @Nullable Error error;

  ParallelExecutor(int maxConcurrency, Deadline deadline) {
    this.maxConcurrency = maxConcurrency;
    this.deadline = deadline;
  }

  /**
   * Runs the tasks, which start in the given order; throws what the first failing task threw.
   *
   * @return the results in the order of completion
   */
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
      results.submit(recordingErrors(pending.next()));
    }
    while (collected.size() < tasks.size()) {
      collected.add(takeNext(results));
      if (pending.hasNext()) {
        results.submit(recordingErrors(pending.next()));
      }
    }
    return collected;
  }

  private <T> Callable<T> recordingErrors(Callable<T> task) {
    return () -> {
      try {
        return task.call();
      } catch (Error failed) {
        error = failed;
        throw failed;
      }
    };
  }

  private <T> T takeNext(ExecutorCompletionService<T> results) {
    try {
      var completed = results.poll(deadline.waitMillis(), TimeUnit.MILLISECONDS);
      while (completed == null) {
        if (error != null) {
          throw new IllegalStateException(error);
        }
        if (deadline.isExpired()) {
          throw new RegistryException(Reason.DEADLINE_EXCEEDED, "the deadline passed");
        }
        completed = results.poll(deadline.waitMillis(), TimeUnit.MILLISECONDS);
      }
      return completed.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Reason.DEADLINE_EXCEEDED, "the copy was interrupted", stopped);
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
