package io.pullrescue.infra.messaging;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.infra.function.PullRescueFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Notifies people of published events and alarms, by e-mail and in a chat client. */
public final class Notifications extends Construct {
  private final EncryptionKey encryptionKey;
  private final List<Topic> topics = new ArrayList<>();

  /** The topics of events, by the variable with which functions find them. */
  private final Map<String, Topic> notifiedTopics = new LinkedHashMap<>();

  /**
   * Defines who is notified.
   *
   * @param email the address that receives the summary of each event; empty for none
   * @param chat whether there is a topic for Amazon Q Developer in chat applications
   * @param encryptionKey encrypts the topics
   */
  public record Props(Optional<String> email, boolean chat, EncryptionKey encryptionKey) {}

  /** Creates the topics. */
  public Notifications(Construct scope, String id, Props props) {
    super(scope, id);
    encryptionKey = props.encryptionKey();
    var people =
        topic("People", "pull-rescue-notifications", "Topic of the notifications by e-mail");
    props
        .email()
        .ifPresent(address -> {
          people.addSubscription(new EmailSubscription(address));
          notifiedTopics.put(EnvironmentVariables.EMAIL_TOPIC_ARN, people);
        });
    if (props.chat()) {
      notifiedTopics.put(
          EnvironmentVariables.CHAT_TOPIC_ARN,
          topic(
              "Chat",
              "pull-rescue-chat",
              "Add this topic to a channel in Amazon Q Developer in chat applications"));
    }
  }

  /**
   * Lets a function notify people of the events that it publishes. It does so itself: a rule of the
   * event bus would pass on whatever is published with the same source.
   */
  public void addPublisher(PullRescueFunction function) {
    notifiedTopics.forEach((variable, topic) -> {
      function.addEnvironment(variable, topic.getTopicArn());
      encryptionKey.grantUse(function);
      Grant.addToPrincipal(
          GrantOnPrincipalOptions.builder()
              .grantee(function.getGrantPrincipal())
              .actions(List.of("sns:Publish"))
              .resourceArns(List.of(topic.getTopicArn()))
              .build());
    });
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
}
