package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Replication;
import java.time.Duration;
import java.time.InstantSource;

/** Copies within the time that an invocation has left. */
record TimedCopier(Copier copier) {
  /** What is left to answer in, once a copy has stopped at its deadline. */
  private static final Duration RESERVE = Duration.ofSeconds(20);

  Replication replicate(CopyOrder order, Context context) {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    var progress = new LoggedProgress(order.image(), InstantSource.system());
    return copier.replicate(order, Deadline.in(time, InstantSource.system()), progress);
  }
}
