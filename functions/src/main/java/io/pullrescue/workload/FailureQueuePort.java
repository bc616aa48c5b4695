package io.pullrescue.workload;

/** The queue in which failures wait to be diagnosed. */
public interface FailureQueuePort {
  /** Puts a build there, as if its failure had just been reported by the bus. */
  void enqueue(String buildId);
}
