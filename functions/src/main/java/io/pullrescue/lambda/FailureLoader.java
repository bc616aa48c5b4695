package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.RestoreProjectRequested;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.batch.BatchJob;
import io.pullrescue.workload.batch.JobClientPort;
import io.pullrescue.workload.codebuild.BuildFailureLoader;
import io.pullrescue.workload.ecs.Task;
import io.pullrescue.workload.ecs.TaskClientPort;

/** Gathers what failed work said. The event is a hint only: the work is read again by API. */
public final class FailureLoader {
  private final BuildFailureLoader buildLoader;
  private final TaskClientPort taskClient;
  private final JobClientPort jobClient;

  /** Reads through these. */
  public FailureLoader(
      BuildFailureLoader buildLoader, TaskClientPort taskClient, JobClientPort jobClient) {
    this.buildLoader = buildLoader;
    this.taskClient = taskClient;
    this.jobClient = jobClient;
  }

  /** The failures that this event is about, or why there are none. */
  public LoadResult load(IncomingEvent event) {
    return switch (event) {
      case BuildFailed buildFailed -> buildLoader.load(buildFailed.buildId());
      case TaskFailed taskFailed ->
          taskClient
              .find(taskFailed.clusterArn(), taskFailed.taskArn())
              .map(Task::toLoadResult)
              .orElseGet(() -> notFound("ECS", "task " + taskFailed.taskArn()));
      case JobFailed jobFailed ->
          jobClient
              .find(jobFailed.jobId())
              .map(BatchJob::toLoadResult)
              .orElseGet(() -> notFound("Batch", "job " + jobFailed.jobId()));
      case ImageReplicated _ -> new LoadResult.NoFailure("not a failure");
      case BuildSucceeded _ -> new LoadResult.NoFailure("not a failure");
      case RestoreProjectRequested _ -> new LoadResult.NoFailure("not a failure");
      case Ignored ignored -> new LoadResult.NoFailure(ignored.reason());
    };
  }

  private static LoadResult notFound(String service, String workload) {
    return new LoadResult.NoFailure(
        service + " knows no " + workload + " in this region (any more)");
  }
}
