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
  private final Synthesized stack =
      Synthesized.with(Map.of("notificationEmail", "builds@example.com", "chat", "on"));

  @Test
  void peopleGetASentenceByMail() {
    assertThat(stack.all("AWS::SNS::Subscription"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("Protocol").asText()).isEqualTo("email");
          assertThat(it.path("Endpoint").asText()).isEqualTo("builds@example.com");
        });
    assertThat(transformers().getFirst().path("InputTemplate").asText())
        .isEqualTo("\"<detail-type>, <detail-origin-id>\"\n\"<detail-sentence>\"");
    assertThat(transformers().getFirst().path("InputPathsMap").toString())
        .contains("$.detail.sentence", "$.detail.origin.id");
  }

  @Test
  void aChatGetsTheFormThatItShows() {
    assertThat(transformers().getLast().path("InputTemplate").asText())
        .contains(
            "\"version\":\"1.0\"",
            "\"source\":\"custom\"",
            "\"textType\":\"client-markdown\"",
            "\"title\":<detail-type>",
            "\"description\":<detail-sentence>",
            "\"threadId\":<detail-origin-id>");
  }

  @ParameterizedTest
  @CsvSource({
    "123456789012, codebuild-build, true",
    "123456789012, ecs-task, true",
    "123456789012, person, true",
    "123456789012, refresh, false",
    "999999999999, codebuild-build, false"
  })
  void onlyWhatIsDoneHereForSomebodyIsNews(String account, String origin, boolean told) {
    String event =
        """
        {"account": "%s", "source": "pull-rescue", "detail-type": "Image Replication Failed",
         "detail": {"origin": {"kind": "%s", "id": "1"}}}\
        """
            .formatted(account, origin);

    assertThat(patterns())
        .hasSize(2)
        .allSatisfy(pattern -> assertThat(RuleEngine.matches(event, pattern)).isEqualTo(told));
  }

  /** Of the rules that tell somebody. */
  private List<JsonNode> patterns() {
    return stack
        .all("AWS::Events::Rule")
        .filter(rule -> rule.toString().contains("InputTransformer"))
        .map(rule -> rule.path("EventPattern"))
        .toList();
  }

  /** These are checked for secrets and for markup; the rest of an event is for programs. */
  @Test
  void ofAnEventPeopleAreToldTheKindTheWorkAndTheSentenceAlone() {
    assertThat(transformers())
        .hasSize(2)
        .flatExtracting(it -> it.path("InputPathsMap").valueStream().map(JsonNode::asText).toList())
        .containsOnly("$.detail-type", "$.id", "$.detail.origin.id", "$.detail.sentence");
  }

  @Test
  void nobodyIsToldUnlessHeAskedForIt() {
    Synthesized quiet = Synthesized.byDefault();

    assertThat(quiet.all("AWS::SNS::Subscription")).isEmpty();
    assertThat(quiet.all("AWS::SNS::Topic")).hasSize(1);
    assertThat(quiet.all("AWS::Events::Rule").map(JsonNode::toString))
        .noneMatch(rule -> rule.contains("InputTransformer"));
  }

  @Test
  void everyAlarmIsToldToEverybodyWhenItBeginsAndWhenItIsOver() {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .hasSize(12)
        .allSatisfy(alarm -> {
          assertThat(alarm.path("AlarmActions")).hasSize(2);
          assertThat(alarm.path("OKActions")).isEqualTo(alarm.path("AlarmActions"));
        });
  }

  @Test
  void topicsTakeOnlyEventsAndAlarmsOfThisAccountAndNoPlainHttp() {
    assertThat(stack.all("AWS::SNS::TopicPolicy").map(JsonNode::toString))
        .hasSize(2)
        .allMatch(policy -> policy.contains("\"aws:SecureTransport\":\"false\""))
        .allMatch(policy -> policy.contains("\"aws:SourceAccount\":{\"Ref\":\"AWS::AccountId\"}"));
  }

  @Test
  void theAlarmsAreThese() {
    assertThat(stack.all("AWS::CloudWatch::Alarm").map(it -> it.path("AlarmName").asText()))
        .containsExactlyInAnyOrder(
            "pull-rescue-refusals",
            "pull-rescue-quota-low",
            "pull-rescue-failures-dead-letters",
            "pull-rescue-failures-age",
            "pull-rescue-replication-requests-dead-letters",
            "pull-rescue-replication-requests-age",
            "pull-rescue-retries-dead-letters",
            "pull-rescue-retries-age",
            "pull-rescue-diagnose-errors",
            "pull-rescue-replicate-errors",
            "pull-rescue-retry-errors",
            "pull-rescue-rescue-errors");
  }

  @Test
  void theDashboardShowsWhatTheFunctionsWrite() {
    assertThat(stack.all("AWS::CloudWatch::Dashboard"))
        .singleElement()
        .extracting(it -> it.path("DashboardBody").toString())
        .asString()
        .contains(
            "PullFailures",
            "SecondsToRetry",
            "SecondsToGreen",
            "BytesCopied",
            "PullsLeft",
            "WorkloadRetried",
            "RetryRefused",
            "ApproximateAgeOfOldestMessage",
            "Errors");
  }

  /** Of the people first, then of the chat. */
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
