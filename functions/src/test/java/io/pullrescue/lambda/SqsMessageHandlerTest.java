package io.pullrescue.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.utils.Lazy;

final class SqsMessageHandlerTest {
  private static final String TWO_MESSAGES =
      """
      {"Records": [
        {"messageId": "m1", "receiptHandle": "r1", "body": "{}", "eventSource": "aws:sqs",
         "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:q", "awsRegion": "us-east-1",
         "attributes": {"ApproximateReceiveCount": "3", "SentTimestamp": "1767225600000",
                        "MessageGroupId": "build:shop"}, "unknown": 1},
        {"messageId": "m2", "receiptHandle": "r2", "body": "later", "eventSource": "aws:sqs",
         "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:q", "attributes": {}}]}\
      """;

  /** Thirteen days after the first message was sent. */
  private static final Instant NOW = Instant.parse("2026-01-14T00:00:00Z");

  private final SqsClient sqs = mock(SqsClient.class);
  private final List<QueueMessage> messages = new ArrayList<>();

  @Test
  void processesEachMessageAndReturnsBatchItemFailures() throws IOException {
    when(sqs.getQueueUrl(anyQueue()))
        .thenReturn(GetQueueUrlResponse.builder().queueUrl("u").build());

    assertThat(handle(TWO_MESSAGES))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"m2\"}]}");

    assertThat(messages)
        .containsExactly(
            new QueueMessage("m1", "{}", 3, "build:shop", Duration.ofDays(1)),
            new QueueMessage("m2", "later", 1, null, Duration.ofDays(14)));
    assertThat(visibilityChange().visibilityTimeout()).isEqualTo(90);
    assertThat(visibilityChange().receiptHandle()).isEqualTo("r2");
  }

  @Test
  void processesConsoleTestEventAsOneMessage() throws IOException {
    assertThat(handle("{\"source\": \"aws.codebuild\"}"))
        .isEqualTo("{\"status\":\"completed\",\"summary\":\"fine\"}");
    assertThat(handle("{\"later\": true}"))
        .isEqualTo("{\"status\":\"retry\",\"summary\":\"not yet\"}");
    assertThat(messages.getFirst().body()).isEqualTo("{\"source\":\"aws.codebuild\"}");
    verify(sqs, never()).changeMessageVisibility(anyChange());
  }

  private String handle(String event) throws IOException {
    MessageProcessor processor =
        (message, context) -> {
          messages.add(message);
          return message.body().contains("later")
              ? new RetryAfter("not yet", Duration.ofSeconds(90))
              : new Completed("fine");
        };
    var output = new ByteArrayOutputStream();
    new SqsMessageHandler(
            processor, new VisibilityTimeout(Lazy.withValue(sqs)), InstantSource.fixed(NOW))
        .handle(
            new ByteArrayInputStream(event.getBytes(UTF_8)), output, TestFixtures.context(1000));
    return output.toString(UTF_8);
  }

  private ChangeMessageVisibilityRequest visibilityChange() {
    ArgumentCaptor<Consumer<ChangeMessageVisibilityRequest.Builder>> change =
        ArgumentCaptor.captor();
    verify(sqs).changeMessageVisibility(change.capture());
    return ChangeMessageVisibilityRequest.builder().applyMutation(change.getValue()).build();
  }

  private static Consumer<software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest.Builder>
      anyQueue() {
    return any();
  }

  private static Consumer<ChangeMessageVisibilityRequest.Builder> anyChange() {
    return any();
  }
}
