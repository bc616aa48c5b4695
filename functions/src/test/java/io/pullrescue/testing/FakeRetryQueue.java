package io.pullrescue.testing;

import io.pullrescue.config.QueueLimits;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.workload.RetryQueue;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * Fakes the FIFO queue of retries within its deduplication interval of five minutes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html">
 *     Using the message deduplication ID</a>
 */
public final class FakeRetryQueue implements SqsClient {
  /** The messages that wait, in the order in which they were sent. */
  public final Queue<QueueMessage> messages = new ArrayDeque<>();

  private final Set<String> deduplicationIds = new HashSet<>();

  /** Returns a sender to this queue. */
  public RetryQueue sender() {
    return new RetryQueue(this, "https://sqs/retries.fifo");
  }

  /** A message with a deduplication id that was sent before is accepted, but not delivered. */
  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    if (deduplicationIds.add(request.messageDeduplicationId())) {
      messages.add(
          new QueueMessage(
              "m" + deduplicationIds.size(),
              request.messageBody(),
              1,
              request.messageGroupId(),
              QueueLimits.RETENTION));
    }
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
