package io.pullrescue.event.publish;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;

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

  /**
   * Creates a publisher that notifies of the events that it passes to the delegate.
   *
   * @param sns is called only for a notification
   * @param emailTopicArn the topic of e-mail; null if nobody receives any
   * @param chatTopicArn the topic of Amazon Q Developer in chat applications; null without one
   */
  public NotifyingEventPublisher(
      EventPublisher delegate,
      Supplier<SnsClient> sns,
      @Nullable String emailTopicArn,
      @Nullable String chatTopicArn) {
    this.delegate = delegate;
    this.sns = sns;
    this.emailTopicArn = emailTopicArn;
    this.chatTopicArn = chatTopicArn;
  }

  @Override
  public void publish(RescueEvent event) {
    delegate.publish(event);
    if (!isNotified(event)) {
      return;
    }
    var published = PublishedEvent.of(event);
    if (emailTopicArn != null) {
      send(emailTopicArn, emailText(event, published));
    }
    if (chatTopicArn != null) {
      send(chatTopicArn, EventJson.write(ChatMessage.of(event, published)));
    }
  }

  /** The next refresh repeats a failed one; a mirrored image alone needs no person. */
  private static boolean isNotified(RescueEvent event) {
    return !(event.trigger() instanceof Trigger.Refresh)
        && switch (event) {
          case RescueEvent.Diagnosed _ -> true;
          case RescueEvent.ReplicationFailed _ -> true;
          case RescueEvent.Retried _ -> true;
          case RescueEvent.RetrySkipped _ -> true;
          case RescueEvent.Replicated _ -> false;
          case RescueEvent.Recovered _ -> false;
        };
  }

  /**
   * Does not fail: the step is done and published, and repeating it, such as the retry of a build,
   * would not repeat its notification.
   */
  private void send(String topicArn, String message) {
    try {
      sns.get().publish(request -> request.topicArn(topicArn).message(message));
    } catch (SdkException e) {
      LOG.atError().addKeyValue("topic", topicArn).setCause(e).log("a notification was not sent");
    }
  }

  private static String emailText(RescueEvent event, PublishedEvent published) {
    return published.detailType() + ", " + event.trigger().id() + "\n" + published.summary();
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
    static ChatMessage of(RescueEvent event, PublishedEvent published) {
      var type = published.detailType();
      return new ChatMessage(
          "1.0",
          "custom",
          UUID.randomUUID().toString(),
          new Content("client-markdown", type, published.summary()),
          new Metadata(event.trigger().id(), type, type));
    }

    @JsonPropertyOrder({"textType", "title", "description"})
    private record Content(String textType, String title, String description) {}

    @JsonPropertyOrder({"threadId", "summary", "eventType"})
    private record Metadata(String threadId, String summary, String eventType) {}
  }
}
