package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueuesTest {
  private static Synthesized stack;

  @BeforeAll
  static void synthesize() {
    stack = Synthesized.byDefault();
  }

  @ParameterizedTest
  @CsvSource({
    "pull-rescue-failures, pull-rescue-failures-dead-letters",
    "pull-rescue-replication-requests.fifo, pull-rescue-replication-requests-dead-letters.fifo",
    "pull-rescue-retries, pull-rescue-retries-dead-letters"
  })
  void aMessageThatCannotBeWorkedOnEndsInTheDeadLetterQueue(String name, String deadLetters) {
    JsonNode redrive = stack.queue(name).path("RedrivePolicy");

    assertThat(redrive.path("maxReceiveCount").asInt()).isEqualTo(5);
    assertThat(queueNamed(redrive.path("deadLetterTargetArn"))).isEqualTo(deadLetters);
    assertThat(stack.queue(deadLetters).path("MessageRetentionPeriod").asInt())
        .isEqualTo(14 * 24 * 60 * 60);
  }

  @Test
  void noQueueIsWithoutADeadLetterQueueButTheDeadLetterQueuesThemselves() {
    List<String> withoutOne =
        stack
            .all("AWS::SQS::Queue")
            .filter(queue -> queue.path("RedrivePolicy").isMissingNode())
            .map(queue -> queue.path("QueueName").asText())
            .toList();

    assertThat(withoutOne).hasSize(3).allMatch(name -> name.contains("-dead-letters"));
  }

  @Test
  void everyQueueIsEncryptedAndRefusesPlainHttp() {
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
    "pull-rescue-retries, RETRY"
  })
  void aMessageStaysHiddenLongerThanItsFunctionMayRun(String name, Job reader) {
    int hidden = stack.queue(name).path("VisibilityTimeout").asInt();

    assertThat(hidden).isGreaterThan(stack.function(reader).path("Timeout").asInt());
  }

  @Test
  void replicationRequestsKeepTheirOrderAndNameTheirOwnDuplicates() {
    JsonNode requests = stack.queue("pull-rescue-replication-requests.fifo");

    assertThat(requests.path("FifoQueue").asBoolean()).isTrue();
    assertThat(requests.path("ContentBasedDeduplication").asBoolean()).isFalse();
  }

  @Test
  void aDeadLetterRaisesAnAlarm() {
    assertThat(watched("ApproximateNumberOfMessagesVisible"))
        .containsExactlyInAnyOrder(
            "pull-rescue-failures-dead-letters from 1",
            "pull-rescue-replication-requests-dead-letters.fifo from 1",
            "pull-rescue-retries-dead-letters from 1");
  }

  @Test
  void aMessageThatWaitsTooLongRaisesAnAlarm() {
    assertThat(watched("ApproximateAgeOfOldestMessage"))
        .containsExactlyInAnyOrder(
            "pull-rescue-failures from 3600",
            "pull-rescue-replication-requests.fifo from 46800",
            "pull-rescue-retries from 3600");
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
    String id = attribute.path("Fn::GetAtt").path(0).asText();
    return stack
        .template()
        .path("Resources")
        .path(id)
        .path("Properties")
        .path("QueueName")
        .asText();
  }
}
