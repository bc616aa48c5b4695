package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.lambda.Message.Outcome;

/** What runs in containers that AWS starts: tasks and jobs. */
record WorkloadRetry(TaskRetry tasks, JobRetry jobs) {
  Outcome work(TaskFailed failed, ImageReplicated event, int attempt) {
    return tasks.work(failed, event, attempt);
  }

  Outcome work(JobFailed failed, ImageReplicated event) {
    return jobs.work(failed, event);
  }
}
