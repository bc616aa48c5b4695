package io.pullrescue.workload.codebuild.log;

import java.util.List;

/** What could be read of a log. */
public sealed interface LogResult {
  /** The last lines of it, oldest first. */
  record Lines(List<String> lines) implements LogResult {
    /** Copies the list, so that a text never changes. */
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /** It is not there; {@code why} says how that shows. It may yet come. */
  record NotYetAvailable(String reason) implements LogResult {}

  /** It may not be read; {@code why} tells what people can do. */
  record AccessDenied(String reason) implements LogResult {}
}
