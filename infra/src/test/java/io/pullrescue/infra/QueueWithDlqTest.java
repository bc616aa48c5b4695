package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueWithDlqTest {
  private static SynthesizedStack stack;

  @BeforeAll
  static void synthesize() {
    stack = SynthesizedStack.byDefault();
  }

  @ParameterizedTest
  @CsvSource({
    "pull-rescue-failures, pull-rescue-failures-dead-letters",
    "pull-rescue-replication-requests.fifo, pull-rescue-replication-requests-dead-letters.fifo",
    "pull-rescue-retries.fifo, pull-rescue-retries-dead-letters.fifo"
  })
  void failedMessagesMoveToTheDeadLetterQueue(String name, String deadLetters) {
    var redrive = stack.queue(name).path("RedrivePolicy");

    assertThat(redrive.path("maxReceiveCount").asInt()).isEqualTo(5);
    assertThat(queueNamed(redrive.path("deadLetterTargetArn"))).isEqualTo(deadLetters);
  }

  @Test
  void everyQueueHasADeadLetterQueue() {
    var withoutOne =
        stack
            .all("AWS::SQS::Queue")
            .filter(queue -> queue.path("RedrivePolicy").isMissingNode())
            .map(queue -> queue.path("QueueName").asText())
            .toList();

    assertThat(withoutOne).hasSize(3).allMatch(name -> name.contains("-dead-letters"));
  }

  @Test
  void queuesAreEncryptedAndRequireTls() {
    assertThat(stack.all("AWS::SQS::Queue"))
        .hasSize(6)
        .allMatch(queue -> queue.path("SqsManagedSseEnabled").asBoolean());
    assertThat(stack.all("AWS::SQS::QueuePolicy").map(JsonNode::toString))
        .hasSize(6)
        .allMatch(policy -> policy.contains("\"aws:SecureTransport\":\"false\""));
  }

  @ParameterizedTest
  @CsvSource({
    "pull-rescue-failures, DIAGNOSE",
    "pull-rescue-replication-requests.fifo, REPLICATE",
    "pull-rescue-retries.fifo, RETRY"
  })
  void visibilityTimeoutExceedsFunctionTimeout(String name, FunctionSpec reader) {
    var hidden = stack.queue(name).path("VisibilityTimeout").asInt();

    assertThat(hidden).isGreaterThan(stack.function(reader).path("Timeout").asInt());
  }

  @Test
  void queuesKeepMessagesAsLongAsSqsAllows() {
    assertThat(stack.all("AWS::SQS::Queue"))
        .hasSize(6)
        .allMatch(queue -> queue.path("MessageRetentionPeriod").asInt() == 14 * 24 * 60 * 60);
  }

  /** EventBridge sends to a FIFO queue only if it compares the contents of messages. */
  @Test
  void retriesAreFifoAndAcceptEvents() {
    var retries = stack.queue("pull-rescue-retries.fifo");

    assertThat(retries.path("FifoQueue").asBoolean()).isTrue();
    assertThat(retries.path("ContentBasedDeduplication").asBoolean()).isTrue();
  }

  @Test
  void replicationRequestsAreFifo() {
    var requests = stack.queue("pull-rescue-replication-requests.fifo");

    assertThat(requests.path("FifoQueue").asBoolean()).isTrue();
    assertThat(requests.path("ContentBasedDeduplication").asBoolean()).isFalse();
  }

  @Test
  void deadLettersRaiseAnAlarm() {
    assertThat(watched("ApproximateNumberOfMessagesVisible"))
        .containsExactlyInAnyOrder(
            "pull-rescue-failures-dead-letters from 1",
            "pull-rescue-replication-requests-dead-letters.fifo from 1",
            "pull-rescue-retries-dead-letters.fifo from 1");
  }

  @Test
  void oldMessagesRaiseAnAlarm() {
    assertThat(watched("ApproximateAgeOfOldestMessage"))
        .containsExactlyInAnyOrder(
            "pull-rescue-failures from 3600",
            "pull-rescue-replication-requests.fifo from 46800",
            "pull-rescue-retries.fifo from 18000");
  }

  private static List<String> watched(String metric) {
    return stack
        .all("AWS::CloudWatch::Alarm")
        .filter(alarm -> measured(alarm).path("MetricName").asText().equals(metric))
        .map(alarm ->
            queueNamed(measured(alarm).path("Dimensions").path(0).path("Value"))
                + " from "
                + alarm.path("Threshold").asInt())
        .toList();
  }

  private static JsonNode measured(JsonNode alarm) {
    return alarm.path("Metrics").path(0).path("MetricStat").path("Metric");
  }

  private static String queueNamed(JsonNode attribute) {
    var id = attribute.path("Fn::GetAtt").path(0).asText();
    return stack
        .template()
        .path("Resources")
        .path(id)
        .path("Properties")
        .path("QueueName")
        .asText();
  }
}
