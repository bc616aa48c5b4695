package io.pullrescue.workload.codebuild.log;

import io.pullrescue.workload.codebuild.Build;

/** The log of a build. */
public interface BuildLogReaderPort {
  /**
   * The last lines of a build's log, as far as they were written in this span; bounded by the
   * implementation, because a log has no end. Where lines carry no time of their own, the span is
   * of no consequence.
   */
  LogResult readTail(Build.LogLocation location, TimeRange range);
}
