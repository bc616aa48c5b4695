package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.infra.function.FunctionSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class NotificationsTest {
  private final SynthesizedStack stack =
      SynthesizedStack.with(
          Map.of("notificationEmail", "builds@example.com", "chatNotifications", "true"));

  @Test
  void subscribesTheAddressToTheTopicOfPeople() {
    assertThat(stack.all("AWS::SNS::Subscription"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("Protocol").asText()).isEqualTo("email");
          assertThat(it.path("Endpoint").asText()).isEqualTo("builds@example.com");
        });
  }

  @ParameterizedTest
  @EnumSource(value = FunctionSpec.class, mode = Mode.EXCLUDE, names = "REFRESH")
  void functionsThatPublishEventsNotifyTheTopics(FunctionSpec function) {
    var variables = stack.function(function).path("Environment").path("Variables");
    var topics =
        List.of(
            variables.path("PULL_RESCUE_EMAIL_TOPIC_ARN").toString(),
            variables.path("PULL_RESCUE_CHAT_TOPIC_ARN").toString());

    assertThat(topics).doesNotHaveDuplicates().allMatch(topic -> topic.contains("\"Ref\""));
    assertThat(stack.permissions(function).resources("sns:Publish"))
        .containsExactlyInAnyOrderElementsOf(topics);
  }

  @Test
  void functionsUseTheKeyOfTheTopics() {
    var encrypted =
        SynthesizedStack.with(
            Map.of(
                "chatNotifications",
                "true",
                "kmsKeyArn",
                "arn:aws:kms:us-east-1:123456789012:key/0d3f6b1c-8e2a-4975-b6d0-c1f2e3a49586"));

    for (var function :
        List.of(
            FunctionSpec.DIAGNOSE,
            FunctionSpec.REPLICATE,
            FunctionSpec.RETRY,
            FunctionSpec.MANUAL)) {
      assertThat(encrypted.permissions(function).actions())
          .contains("sns:Publish", "kms:Decrypt", "kms:GenerateDataKey");
    }
  }

  /** A rule would pass on what anybody in the account publishes with the source of pull-rescue. */
  @Test
  void noRuleNotifiesPeople() {
    assertThat(stack.all("AWS::Events::Rule"))
        .isNotEmpty()
        .noneMatch(rule -> rule.toString().contains("Topic"))
        .noneMatch(rule -> rule.toString().contains("InputTransformer"));
    assertThat(stack.all("AWS::SNS::TopicPolicy").map(JsonNode::toString))
        .noneMatch(policy -> policy.contains("events.amazonaws.com"));
  }

  @Test
  void notifiesNobodyByDefault() {
    var quiet = SynthesizedStack.byDefault();

    assertThat(quiet.all("AWS::SNS::Subscription")).isEmpty();
    assertThat(quiet.all("AWS::SNS::Topic")).hasSize(1);
    assertThat(quiet.all("AWS::Lambda::Function").map(JsonNode::toString))
        .noneMatch(function -> function.contains("TOPIC_ARN"));
    assertThat(quiet.all("AWS::IAM::Policy").map(JsonNode::toString))
        .noneMatch(policy -> policy.contains("sns:Publish"));
  }

  @Test
  void alarmsNotifyAllTopicsOfStartAndEnd() {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .hasSize(14)
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
}
