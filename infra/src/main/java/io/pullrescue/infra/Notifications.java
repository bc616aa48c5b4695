package io.pullrescue.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.events.EventField;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Tells people what happened: by e-mail, and in a chat if there is one. */
final class Notifications extends Construct {
  /** A copy alone is no news: the retry that waits for it is. */
  private static final List<String> NEWS =
      List.of(
          "Pull Failure Diagnosed",
          "Image Replication Failed",
          "Workload Retried",
          "Retry Refused");

  /** Nor is what a refresh could not do: the next one will say so again. */
  private static final Map<String, Object> FOR_SOMEBODY =
      Map.of("origin", Map.of("kind", List.of(Map.of("anything-but", List.of("refresh")))));

  private final Encryption encryption;
  private final List<Topic> topics = new ArrayList<>();

  Notifications(Construct scope, Operation operation, Encryption encryption) {
    super(scope, "Notifications");
    this.encryption = encryption;

    Topic people = topic("People", "pull-rescue-notifications");
    operation
        .email()
        .ifPresent(address -> {
          people.addSubscription(new EmailSubscription(address));
          rule("Told", "People are told in a sentence.", people, sentence());
        });
    if (operation.chat()) {
      rule(
          "Chatted",
          "A chat is told in the form that Amazon Q Developer shows.",
          topic("Chat", "pull-rescue-chat"),
          chatMessage());
    }
  }

  /** Lets everybody know when it goes off, and when it is over. */
  void announce(Alarm alarm) {
    topics.stream()
        .map(SnsAction::new)
        .forEach(action -> {
          alarm.addAlarmAction(action);
          alarm.addOkAction(action);
        });
  }

  private Topic topic(String id, String name) {
    Topic topic =
        encryption.apply(Topic.Builder.create(this, id).topicName(name)).enforceSsl(true).build();
    // A topic with a policy of its own lets CloudWatch in no more by itself.
    topic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .sid("Alarms")
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("sns:Publish"))
            .resources(List.of(topic.getTopicArn()))
            .conditions(
                Map.of("StringEquals", Map.of("aws:SourceAccount", Stack.of(this).getAccount())))
            .build());
    CfnOutput.Builder.create(this, id + "Topic").value(topic.getTopicArn()).build();
    topics.add(topic);
    return topic;
  }

  private void rule(String id, String description, Topic topic, RuleTargetInput message) {
    Rule.Builder.create(this, id)
        .description(description)
        .eventPattern(
            EventPattern.builder()
                .account(List.of(Stack.of(this).getAccount()))
                .source(List.of(Permissions.EVENT_SOURCE))
                .detailType(NEWS)
                .detail(FOR_SOMEBODY)
                .build())
        .targets(List.of(SnsTopic.Builder.create(topic).message(message).build()))
        .build();
  }

  private static RuleTargetInput sentence() {
    return RuleTargetInput.fromMultilineText(
        "%s, %s\n%s"
            .formatted(
                EventField.fromPath("$.detail-type"),
                EventField.fromPath("$.detail.origin.id"),
                EventField.fromPath("$.detail.sentence")));
  }

  /**
   * Messages of one rescue share a thread.
   *
   * @see <a href="https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html">Custom
   *     notifications</a>
   */
  private static RuleTargetInput chatMessage() {
    String type = EventField.fromPath("$.detail-type");
    return RuleTargetInput.fromObject(
        Map.of(
            "version", "1.0",
            "source", "custom",
            "id", EventField.fromPath("$.id"),
            "content",
                Map.of(
                    "textType",
                    "client-markdown",
                    "title",
                    type,
                    "description",
                    EventField.fromPath("$.detail.sentence")),
            "metadata",
                Map.of(
                    "threadId", EventField.fromPath("$.detail.origin.id"),
                    "summary", type,
                    "eventType", type)));
  }
}
