package io.pullrescue.failure;

import java.util.List;

/** What could be read of a log. */
public sealed interface LogText {
  /** The last lines of it, oldest first. */
  record Lines(List<String> lines) implements LogText {
    /** Copies the list, so that a text never changes. */
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /** It is not there; {@code why} says how that shows. It may yet come. */
  record Absent(String why) implements LogText {}

  /** It may not be read; {@code why} tells what people can do. */
  record OutOfReach(String why) implements LogText {}
}
