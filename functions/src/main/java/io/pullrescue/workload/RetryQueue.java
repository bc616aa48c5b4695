package io.pullrescue.workload;

import software.amazon.awssdk.services.sqs.SqsClient;

/** Sends requests to the Amazon SQS FIFO queue of retries. */
public final class RetryQueue {
  private final SqsClient sqs;
  private final String queueUrl;

  /** Creates a sender for the queue at this URL. */
  public RetryQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /** Sends a request into its message group. */
  public void send(RetryRequest request) {
    sqs.sendMessage(builder ->
        builder
            .queueUrl(queueUrl)
            .messageGroupId(request.groupId())
            .messageDeduplicationId(request.deduplicationId())
            .messageBody(RetryRequestMessage.write(request)));
  }
}
