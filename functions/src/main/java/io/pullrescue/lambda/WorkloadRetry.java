package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.lambda.Message.Outcome;
import java.util.function.Supplier;

/**
 * What runs in containers that AWS starts: tasks and jobs. Most retries are of builds, so both are
 * made when the first one is met.
 */
record WorkloadRetry(Supplier<TaskRetry> tasks, Supplier<JobRetry> jobs) {
  Outcome work(TaskFailed failed, ImageReplicated event, int attempt) {
    return tasks.get().work(failed, event, attempt);
  }

  Outcome work(JobFailed failed, ImageReplicated event) {
    return jobs.get().work(failed, event);
  }
}
