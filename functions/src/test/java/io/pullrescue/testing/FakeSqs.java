package io.pullrescue.testing;

import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** Records the messages that are sent to Amazon SQS. */
public final class FakeSqs implements SqsClient {
  public final List<SendMessageRequest> messages = new ArrayList<>();

  /** Returns a queue that sends to this client. */
  public ReplicationQueue replicationQueue() {
    return new ReplicationQueue(this, "https://sqs/replication-requests.fifo");
  }

  /** Returns the replication requests in the messages. */
  public List<ReplicationRequest> requests() {
    return messages.stream()
        .map(message -> ReplicationRequestMessage.parse(message.messageBody()).orElseThrow())
        .toList();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    messages.add(request);
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
