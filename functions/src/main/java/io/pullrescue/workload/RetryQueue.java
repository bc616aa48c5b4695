package io.pullrescue.workload;

import io.pullrescue.image.Digest;
import java.nio.charset.StandardCharsets;
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
    send(request, request.deduplicationId());
  }

  /**
   * Sends a request again that must wait or has waited. A message that is received twice is sent
   * again once; requests that another message has sent again before do not stand for it.
   *
   * @param messageId the id of the message that is being processed
   */
  public void sendAgain(RetryRequest request, String messageId) {
    var id = request.deduplicationId() + " " + messageId;
    send(request, Digest.of(id.getBytes(StandardCharsets.UTF_8)).hex());
  }

  private void send(RetryRequest request, String deduplicationId) {
    sqs.sendMessage(builder ->
        builder
            .queueUrl(queueUrl)
            .messageGroupId(request.groupId())
            .messageDeduplicationId(deduplicationId)
            .messageBody(RetryRequestMessage.write(request)));
  }
}
