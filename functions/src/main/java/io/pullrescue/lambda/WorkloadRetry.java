package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.batch.BatchJobRetrier;
import io.pullrescue.workload.ecs.EcsTaskRetrier;
import java.util.function.Supplier;

/**
 * What runs in containers that AWS starts: tasks and jobs. Most retries are of builds, so both are
 * made when the first one is met.
 */
public record WorkloadRetry(
    Supplier<EcsTaskRetrier> taskRetrier, Supplier<BatchJobRetrier> jobRetrier) {
  ProcessingResult retry(TaskFailed failed, ImageReplicated event, int receiveCount) {
    return taskRetrier.get().retry(failed, event, receiveCount);
  }

  ProcessingResult retry(JobFailed failed, ImageReplicated event) {
    return jobRetrier.get().retry(failed, event);
  }
}
