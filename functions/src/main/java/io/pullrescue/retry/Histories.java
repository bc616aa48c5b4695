package io.pullrescue.retry;

/** What was done for projects before, as the service of their builds knows it. */
public interface Histories {
  /** The newest hundred builds of this project. */
  History of(String project);
}
