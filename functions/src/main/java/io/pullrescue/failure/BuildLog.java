package io.pullrescue.failure;

import java.util.List;

/** The log of a build. */
public interface BuildLog {
  /**
   * The last lines of a build's log, oldest first; bounded by the implementation, because a log has
   * no end. Empty where there is none (yet).
   */
  List<String> tail(Build.LogLocation location);
}
