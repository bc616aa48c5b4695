package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.ReplicationResult;
import java.time.Duration;
import java.time.InstantSource;

/** Copies within the time that an invocation has left. */
record DeadlineCopyJobRunner(CopyJobRunnerPort copyJobRunner) {
  /** What is left to answer in, once a copy has stopped at its deadline. */
  private static final Duration RESERVE = Duration.ofSeconds(20);

  ReplicationResult run(CopyJob job, Context context) {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    var listener = new LoggingProgressListener(job.image(), InstantSource.system());
    return copyJobRunner.run(job, Deadline.after(time, InstantSource.system()), listener);
  }
}
