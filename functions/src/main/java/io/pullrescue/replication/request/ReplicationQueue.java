package io.pullrescue.replication.request;

import software.amazon.awssdk.services.sqs.SqsClient;

/** The FIFO queue of replication requests in Amazon SQS. */
public final class ReplicationQueue implements ReplicationQueuePort {
  private final SqsClient sqs;
  private final String queueUrl;

  /** Sends to the queue at this URL. */
  public ReplicationQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(ReplicationRequest request) {
    var message = ReplicationRequestMessage.of(request);
    sqs.sendMessage(builder ->
        builder
            .queueUrl(queueUrl)
            .messageGroupId(message.groupId())
            .messageDeduplicationId(message.deduplicationId())
            .messageBody(message.body()));
  }
}
