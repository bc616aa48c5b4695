package io.pullrescue.replication.request;

import software.amazon.awssdk.services.sqs.SqsClient;

/** Sends replication requests to their Amazon SQS FIFO queue. */
public final class ReplicationQueue {
  private final SqsClient sqs;
  private final String queueUrl;

  /** Creates a sender for the queue at this URL. */
  public ReplicationQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /**
   * Sends a request. Requests for one image are processed one after the other; a second request of
   * the same trigger for the same image within five minutes is dropped by SQS.
   */
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
