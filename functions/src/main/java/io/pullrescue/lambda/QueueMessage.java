package io.pullrescue.lambda;

import io.pullrescue.config.QueueLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message that a function processes.
 *
 * @param id the SQS message id; the request id of an invocation with a single event
 * @param body the event or request as JSON
 * @param receiveCount how often SQS has delivered it, from 1
 * @param groupId the message group of a FIFO queue; null for another queue or none
 * @param lifetime how long SQS still keeps it; then SQS deletes it without a report
 */
public record QueueMessage(
    String id, String body, int receiveCount, @Nullable String groupId, Duration lifetime) {
  /** Creates a message without a group that has just been sent. */
  public QueueMessage(String id, String body, int receiveCount) {
    this(id, body, receiveCount, null, QueueLimits.RETENTION);
  }

  /** Returns whether SQS still has the message after this delay. */
  boolean mayWait(Duration delay) {
    return delay.compareTo(lifetime) < 0;
  }
}
