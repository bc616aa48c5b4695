package io.pullrescue.event.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/**
 * Publishes events, and notifies people of those that they may have to act on, by e-mail and in a
 * chat client.
 *
 * <p>The functions do this themselves, and no rule of the event bus does: every principal that may
 * put events can publish with our source, and its text would reach people as ours.
 */
public final class NotifyingEventPublisher implements EventPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyingEventPublisher.class);

  private final EventPublisher delegate;
  private final Supplier<SnsClient> sns;
  private final @Nullable String emailTopicArn;
  private final @Nullable String chatTopicArn;
  private final @Nullable String region;

  /**
   * Creates a publisher that notifies of the events that it passes to the delegate.
   *
   * @param sns is called only for a notification
   * @param emailTopicArn the topic of e-mail; null if nobody receives any
   * @param chatTopicArn the topic of Amazon Q Developer in chat applications; null without one
   * @param region the Region to which links lead; null for no links
   */
  public NotifyingEventPublisher(
      EventPublisher delegate,
      Supplier<SnsClient> sns,
      @Nullable String emailTopicArn,
      @Nullable String chatTopicArn,
      @Nullable String region) {
    this.delegate = delegate;
    this.sns = sns;
    this.emailTopicArn = emailTopicArn;
    this.chatTopicArn = chatTopicArn;
    this.region = region;
  }

  @Override
  public void publish(RescueEvent event) {
    delegate.publish(event);
    Notification.of(event).ifPresent(notification -> send(event, notification));
  }

  private void send(RescueEvent event, Notification notification) {
    if (emailTopicArn != null) {
      send(
          PublishRequest.builder()
              .topicArn(emailTopicArn)
              .subject(notification.subject())
              .message(notification.text(region))
              .build());
    }
    if (chatTopicArn != null) {
      var type = PublishedEvent.of(event).detailType();
      send(
          PublishRequest.builder()
              .topicArn(chatTopicArn)
              .message(EventJson.write(ChatMessage.of(event.trigger(), type, notification)))
              .build());
    }
  }

  /**
   * Does not fail: the step is done and published, and repeating it, such as the retry of a build,
   * would not repeat its notification.
   */
  private void send(PublishRequest request) {
    try {
      sns.get().publish(request);
    } catch (SdkException e) {
      LOG.atError()
          .addKeyValue("topic", request.topicArn())
          .setCause(e)
          .log("a notification was not sent");
    }
  }

  /**
   * The message format of Amazon Q Developer, with one thread per rescue.
   *
   * @see <a href="https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html">Custom
   *     notifications</a>
   */
  @JsonPropertyOrder({"version", "source", "id", "content", "metadata"})
  private record ChatMessage(
      String version, String source, String id, Content content, Metadata metadata) {
    static ChatMessage of(Trigger trigger, String eventType, Notification notification) {
      var steps =
          notification.steps().stream()
              .map(step -> PublishedEvent.escapeForChat(step.description()))
              .toList();
      return new ChatMessage(
          "1.0",
          "custom",
          UUID.randomUUID().toString(),
          new Content(
              "client-markdown",
              PublishedEvent.escapeForChat(notification.subject()),
              notification.verdict() + " " + notification.summary(),
              steps.isEmpty() ? null : steps),
          new Metadata(
              trigger.id(), PublishedEvent.escapeForChat(notification.subject()), eventType));
    }

    @JsonPropertyOrder({"textType", "title", "description", "nextSteps"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Content(
        String textType, String title, String description, @Nullable List<String> nextSteps) {}

    @JsonPropertyOrder({"threadId", "summary", "eventType"})
    private record Metadata(String threadId, String summary, String eventType) {}
  }
}
