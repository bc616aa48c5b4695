package io.pullrescue.aws;

import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.replication.RequestQueue;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The FIFO queue of replication requests in Amazon SQS. */
public final class SqsRequestQueue implements RequestQueue {
  private final SqsClient sqs;
  private final String url;

  /** Sends to the queue at this URL. */
  public SqsRequestQueue(SqsClient sqs, String url) {
    this.sqs = sqs;
    this.url = url;
  }

  @Override
  public void put(ReplicationRequest request) {
    var message = RequestMessage.of(request);
    sqs.sendMessage(it ->
        it.queueUrl(url)
            .messageGroupId(message.group())
            .messageDeduplicationId(message.deduplicationId())
            .messageBody(message.body()));
  }
}
