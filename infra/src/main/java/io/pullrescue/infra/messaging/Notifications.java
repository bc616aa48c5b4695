package io.pullrescue.infra.messaging;

import io.pullrescue.config.EventNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** Notifies people of published events and alarms, by e-mail and in a chat client. */
public final class Notifications extends Construct {
  /** Leaves out failed refreshes, which the next refresh repeats. */
  private static final Map<String, Object> NOT_A_REFRESH =
      Map.of(
          PublishedEvents.TRIGGER,
          Map.of(
              PublishedEvents.TRIGGER_TYPE,
              List.of(Map.of("anything-but", List.of(EventNames.REFRESH)))));

  private final EncryptionKey encryptionKey;
  private final List<Topic> topics = new ArrayList<>();

  /**
   * Defines who is notified.
   *
   * @param email the address that receives the summary of each event; empty for none
   * @param chat whether there is a topic for Amazon Q Developer in chat applications
   * @param encryptionKey encrypts the topics
   */
  public record Props(Optional<String> email, boolean chat, EncryptionKey encryptionKey) {}

  /** Creates the topics and the rules that feed them. */
  public Notifications(Construct scope, String id, Props props) {
    super(scope, id);
    encryptionKey = props.encryptionKey();

    var people =
        topic("People", "pull-rescue-notifications", "Topic of the notifications by e-mail");
    props
        .email()
        .ifPresent(address -> {
          people.addSubscription(new EmailSubscription(address));
          rule("EmailRule", "Notifies people by e-mail", people, emailText());
        });
    if (props.chat()) {
      var chat =
          topic(
              "Chat",
              "pull-rescue-chat",
              "Add this topic to a channel in Amazon Q Developer in chat applications");
      rule("ChatRule", "Notifies a channel in Amazon Q Developer", chat, chatMessage());
    }
  }

  /** Sends a notification when the alarm is raised and when it is over. */
  public void addAlarm(Alarm alarm) {
    topics.stream()
        .map(SnsAction::new)
        .forEach(action -> {
          alarm.addAlarmAction(action);
          alarm.addOkAction(action);
        });
  }

  private Topic topic(String id, String name, String description) {
    var topic =
        encryptionKey
            .encrypt(Topic.Builder.create(this, id).topicName(name))
            .enforceSsl(true)
            .build();
    // A topic with its own policy loses the default policy, which admits CloudWatch.
    topic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .sid("Alarms")
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("sns:Publish"))
            .resources(List.of(topic.getTopicArn()))
            .conditions(
                Map.of("StringEquals", Map.of("aws:SourceAccount", Stack.of(this).getAccount())))
            .build());
    CfnOutput.Builder.create(this, id + "Topic")
        .description(description)
        .value(topic.getTopicArn())
        .build();
    topics.add(topic);
    return topic;
  }

  private void rule(String id, String description, Topic topic, RuleTargetInput message) {
    Rule.Builder.create(this, id)
        .description(description)
        .eventPattern(
            EventPattern.builder()
                .account(List.of(Stack.of(this).getAccount()))
                .source(List.of(EventNames.SOURCE))
                .detailType(PublishedEvents.NOTIFIED_TYPES)
                .detail(NOT_A_REFRESH)
                .build())
        .targets(List.of(SnsTopic.Builder.create(topic).message(message).build()))
        .build();
  }

  private static RuleTargetInput emailText() {
    return RuleTargetInput.fromMultilineText(
        "%s, %s\n%s"
            .formatted(
                EventField.fromPath("$.detail-type"),
                EventField.fromPath(PublishedEvents.TRIGGER_ID_PATH),
                EventField.fromPath(PublishedEvents.SUMMARY_PATH)));
  }

  /**
   * Returns the message format of Amazon Q Developer, with one thread per rescue.
   *
   * @see <a href="https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html">Custom
   *     notifications</a>
   */
  private static RuleTargetInput chatMessage() {
    var type = EventField.fromPath("$.detail-type");
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
                    EventField.fromPath(PublishedEvents.SUMMARY_PATH)),
            "metadata",
                Map.of(
                    "threadId", EventField.fromPath(PublishedEvents.TRIGGER_ID_PATH),
                    "summary", type,
                    "eventType", type)));
  }
}
