package io.pullrescue.lambda;

import org.jspecify.annotations.Nullable;

/**
 * One message for a worker.
 *
 * @param receiveCount how often it has been received, from 1
 * @param receipt where it can be put back; null where a person sent it by the console's Test button
 */
public record QueueMessage(String id, String body, int receiveCount, @Nullable Receipt receipt) {
  /** The queue that the message came from, and the handle of this receipt. */
  record Receipt(String queueArn, String receiptHandle) {}
}
