package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.codebuild.BuildFailureLoader;

/**
 * Loads the failures that an event names. Only the id in the event is used: the workload is read
 * again by API.
 */
public final class FailureLoader {
  private final BuildFailureLoader buildLoader;
  private final WorkloadRegistry workloads;

  /** Creates a loader of builds and of these workloads. */
  public FailureLoader(BuildFailureLoader buildLoader, WorkloadRegistry workloads) {
    this.buildLoader = buildLoader;
    this.workloads = workloads;
  }

  /** Returns the failures, or why there are none. */
  public LoadResult load(IncomingEvent event) {
    return switch (event) {
      case BuildFailed buildFailed -> buildLoader.load(buildFailed.buildId());
      case WorkloadFailed workloadFailed -> workloads.load(workloadFailed);
      case BuildSucceeded _ -> new LoadResult.NoFailure("not a failure");
      case Ignored ignored -> new LoadResult.NoFailure(ignored.reason());
    };
  }
}
