package io.pullrescue.workload.codebuild;

/** What was done for projects before, as the service of their builds knows it. */
public interface BuildHistoryPort {
  /** The newest hundred builds of this project. */
  BuildHistory getHistory(String project);
}
