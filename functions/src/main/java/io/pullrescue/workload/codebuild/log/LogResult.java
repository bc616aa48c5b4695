package io.pullrescue.workload.codebuild.log;

import java.util.List;

/** The outcome of reading the log of a build. */
public sealed interface LogResult {
  /**
   * The end of the log was read.
   *
   * @param lines without line breaks, oldest first
   */
  record Found(List<String> lines) implements LogResult {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /**
   * The log does not exist yet.
   *
   * @param reason the observation, as a clause for a message
   */
  record Pending(String reason) implements LogResult {}

  /**
   * The log cannot be read.
   *
   * @param reason the cause, and what the operator can do about it
   */
  record Unavailable(String reason) implements LogResult {}
}
