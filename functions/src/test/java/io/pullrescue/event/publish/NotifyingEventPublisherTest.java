package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.testing.TestFixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SnsException;

final class NotifyingEventPublisherTest {
  private static final String EMAIL = "arn:aws:sns:us-east-1:123456789012:email";
  private static final String CHAT = "arn:aws:sns:us-east-1:123456789012:chat";
  private static final Trigger TRIGGER = new Trigger.Build(TestFixtures.BUILD, "shop");
  private static final RetrySkipped SKIPPED = new RetrySkipped(TRIGGER, "it is <!here> a probe");

  private final FakeSns sns = new FakeSns();
  private final TestFixtures.RecordingEventPublisher bus =
      new TestFixtures.RecordingEventPublisher();

  @Test
  void emailHasTypeTriggerAndSummary() {
    publish(EMAIL, null, SKIPPED);

    assertThat(sns.requests)
        .containsExactly(
            PublishRequest.builder()
                .topicArn(EMAIL)
                .message(
                    "Retry Skipped, "
                        + TestFixtures.BUILD
                        + "\ndid not retry "
                        + TestFixtures.BUILD
                        + ": it is \u2039!here\u203a a probe")
                .build());
    assertThat(bus.events).containsExactly(SKIPPED);
  }

  @Test
  void chatMessageHasTheFormatOfAmazonQ() throws IOException {
    publish(null, CHAT, SKIPPED);

    assertThat(sns.requests)
        .singleElement()
        .satisfies(request -> assertThat(request.topicArn()).isEqualTo(CHAT));
    var message = new ObjectMapper().readTree(sns.requests.getFirst().message());
    assertThat(message.path("version").asText()).isEqualTo("1.0");
    assertThat(message.path("source").asText()).isEqualTo("custom");
    assertThat(message.path("id").asText()).isNotEmpty();
    assertThat(message.path("content").toString())
        .isEqualTo(
            "{\"textType\":\"client-markdown\",\"title\":\"Retry Skipped\",\"description\":\"%s\"}"
                .formatted(PublishedEvent.of(SKIPPED).summary()));
    assertThat(message.path("metadata").toString())
        .isEqualTo(
            "{\"threadId\":\"%s\",\"summary\":\"Retry Skipped\",\"eventType\":\"Retry Skipped\"}"
                .formatted(TestFixtures.BUILD));
  }

  @Test
  void notifiesOfWhatPeopleMayHaveToActOn() {
    publish(EMAIL, CHAT, TestFixtures.diagnosed("toomanyrequests"));
    publish(EMAIL, CHAT, new ReplicationFailed(TRIGGER, TestFixtures.RUBY, "no such image"));
    publish(
        EMAIL,
        CHAT,
        new Retried(TRIGGER, 1, List.of(), "shop:again", "task definition", List.of(), null));
    publish(
        EMAIL,
        CHAT,
        new ReplicationFailed(new Trigger.Manual("r-1"), TestFixtures.RUBY, "no such image"));

    assertThat(sns.requests).extracting(PublishRequest::topicArn).hasSize(8).contains(EMAIL, CHAT);
  }

  @Test
  void notifiesNobodyOfRefreshesAndRecoveries() {
    publish(
        EMAIL, CHAT, new ReplicationFailed(new Trigger.Refresh("r-2"), TestFixtures.RUBY, "gone"));
    publish(EMAIL, CHAT, new Recovered(TRIGGER, "shop:again", null, false, null));

    assertThat(sns.requests).isEmpty();
    assertThat(bus.events).hasSize(2);
  }

  @Test
  void createsNoClientWithoutTopics() {
    new NotifyingEventPublisher(
            bus,
            () -> {
              throw new AssertionError("no topic");
            },
            null,
            null)
        .publish(SKIPPED);

    assertThat(bus.events).containsExactly(SKIPPED);
  }

  /** A repeated step, such as the retry of a build, would not repeat its notification. */
  @Test
  void failedNotificationDoesNotRepeatTheStep() {
    sns.rejects = true;

    publish(EMAIL, CHAT, SKIPPED);

    assertThat(sns.requests).hasSize(2);
    assertThat(bus.events).containsExactly(SKIPPED);
  }

  @Test
  void notifiesOfNothingThatCouldNotBePublished() {
    EventPublisher failing =
        _ -> {
          throw new IllegalStateException("no bus");
        };

    assertThatThrownBy(
            () -> new NotifyingEventPublisher(failing, () -> sns, EMAIL, CHAT).publish(SKIPPED))
        .hasMessage("no bus");
    assertThat(sns.requests).isEmpty();
  }

  private void publish(@Nullable String email, @Nullable String chat, RescueEvent event) {
    new NotifyingEventPublisher(bus, () -> sns, email, chat).publish(event);
  }

  private static final class FakeSns implements SnsClient {
    final List<PublishRequest> requests = new ArrayList<>();
    boolean rejects;

    @Override
    public PublishResponse publish(PublishRequest request) {
      requests.add(request);
      if (rejects) {
        throw SnsException.builder().message("KMS denied").build();
      }
      return PublishResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
