package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationsTest {
  private final SynthesizedStack stack =
      SynthesizedStack.with(
          Map.of("notificationEmail", "builds@example.com", "chatNotifications", "true"));

  @Test
  void emailHasTypeTriggerAndSummary() {
    assertThat(stack.all("AWS::SNS::Subscription"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("Protocol").asText()).isEqualTo("email");
          assertThat(it.path("Endpoint").asText()).isEqualTo("builds@example.com");
        });
    assertThat(transformers().getFirst().path("InputTemplate").asText())
        .isEqualTo("\"<detail-type>, <detail-trigger-id>\"\n\"<detail-summary>\"");
    assertThat(transformers().getFirst().path("InputPathsMap").toString())
        .contains("$.detail.summary", "$.detail.trigger.id");
  }

  @Test
  void chatMessageHasTheFormatOfAmazonQ() {
    assertThat(transformers().getLast().path("InputTemplate").asText())
        .contains(
            "\"version\":\"1.0\"",
            "\"source\":\"custom\"",
            "\"textType\":\"client-markdown\"",
            "\"title\":<detail-type>",
            "\"description\":<detail-summary>",
            "\"threadId\":<detail-trigger-id>");
  }

  @ParameterizedTest
  @CsvSource({
    "123456789012, build, true",
    "123456789012, task, true",
    "123456789012, manual, true",
    "123456789012, refresh, false",
    "999999999999, build, false"
  })
  void notifiesOfEventsOfThisAccountExceptRefreshes(
      String account, String triggerType, boolean notified) {
    var event =
        """
        {"account": "%s", "source": "pull-rescue", "detail-type": "Image Replication Failed",
         "detail": {"trigger": {"type": "%s", "id": "1"}}}\
        """
            .formatted(account, triggerType);

    assertThat(patterns())
        .hasSize(2)
        .allSatisfy(
            pattern -> assertThat(EventPatternMatcher.matches(event, pattern)).isEqualTo(notified));
  }

  /** Returns the patterns of the rules that send notifications. */
  private List<JsonNode> patterns() {
    return stack
        .all("AWS::Events::Rule")
        .filter(rule -> rule.toString().contains("InputTransformer"))
        .map(rule -> rule.path("EventPattern"))
        .toList();
  }

  /** Only these fields are free of secrets and of markup. */
  @Test
  void notificationsUseSanitizedFieldsOnly() {
    assertThat(transformers())
        .hasSize(2)
        .flatExtracting(it -> it.path("InputPathsMap").valueStream().map(JsonNode::asText).toList())
        .containsOnly("$.detail-type", "$.id", "$.detail.trigger.id", "$.detail.summary");
  }

  @Test
  void notifiesNobodyByDefault() {
    var quiet = SynthesizedStack.byDefault();

    assertThat(quiet.all("AWS::SNS::Subscription")).isEmpty();
    assertThat(quiet.all("AWS::SNS::Topic")).hasSize(1);
    assertThat(quiet.all("AWS::Events::Rule").map(JsonNode::toString))
        .noneMatch(rule -> rule.contains("InputTransformer"));
  }

  @Test
  void alarmsNotifyAllTopicsOfStartAndEnd() {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .hasSize(12)
        .allSatisfy(alarm -> {
          assertThat(alarm.path("AlarmActions")).hasSize(2);
          assertThat(alarm.path("OKActions")).isEqualTo(alarm.path("AlarmActions"));
        });
  }

  @Test
  void topicsAcceptThisAccountAndTlsOnly() {
    assertThat(stack.all("AWS::SNS::TopicPolicy").map(JsonNode::toString))
        .hasSize(2)
        .allMatch(policy -> policy.contains("\"aws:SecureTransport\":\"false\""))
        .allMatch(policy -> policy.contains("\"aws:SourceAccount\":{\"Ref\":\"AWS::AccountId\"}"));
  }

  /** Returns the one for e-mail, then the one for chat. */
  private List<JsonNode> transformers() {
    return stack
        .all("AWS::Events::Rule")
        .flatMap(rule -> StreamSupport.stream(rule.path("Targets").spliterator(), false))
        .map(target -> target.path("InputTransformer"))
        .filter(it -> !it.isMissingNode())
        .sorted(Comparator.comparing(it -> it.toString().contains("custom")))
        .toList();
  }
}
