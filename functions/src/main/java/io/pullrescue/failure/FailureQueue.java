package io.pullrescue.failure;

/** The queue in which failures wait to be diagnosed. */
public interface FailureQueue {
  /** Puts a build there, as if its failure had just been reported by the bus. */
  void put(String buildId);
}
