package io.pullrescue.failure;

/** The log of a build. */
public interface BuildLog {
  /**
   * The last lines of a build's log, as far as they were written in this span; bounded by the
   * implementation, because a log has no end. Where lines carry no time of their own, the span is
   * of no consequence.
   */
  LogText tail(Build.LogLocation location, TimeSpan span);
}
