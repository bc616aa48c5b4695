package io.pullrescue.event.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.TestFixtures;
import java.io.IOException;
import java.time.Duration;
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
  private static final ReplicationPlan MIRROR =
      new ReplicationPlan.Replicate(
          List.of(
              new ReplicationRequest(
                  TRIGGER, TestFixtures.RUBY, List.of(TestFixtures.RUBY), true)));
  private static final Trigger TASK =
      new Trigger.Task("arn:task", "arn:cluster", "arn:x/web:1", "service:web", "FARGATE", "");
  private static final RetrySkipped SKIPPED = new RetrySkipped(TRIGGER, "it is <!here> a probe");

  private final FakeSns sns = new FakeSns();
  private final TestFixtures.RecordingEventPublisher bus =
      new TestFixtures.RecordingEventPublisher();

  @Test
  void emailHasSubjectVerdictSummaryAndLink() {
    publish(EMAIL, null, SKIPPED);

    var mail = sns.requests.getFirst();
    assertThat(mail.topicArn()).isEqualTo(EMAIL);
    assertThat(mail.subject()).isEqualTo("pull-rescue: shop: was not retried");
    assertThat(mail.message())
        .isEqualTo(
            """
            To do: see the reason.

            did not retry %1$s: it is \u2039!here\u203a a probe

            %1$s: https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/projects/shop/build/%2$s/?region=eu-west-1
            """
                .formatted(TestFixtures.BUILD, TestFixtures.BUILD.replace(":", "%3A")));
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
            "{\"textType\":\"client-markdown\",\"title\":\"pull-rescue: shop: was not retried\",\"description\":\"To do: see the reason. %s\"}"
                .formatted(PublishedEvent.of(SKIPPED).summary()));
    assertThat(message.path("metadata").toString())
        .isEqualTo(
            "{\"threadId\":\"%s\",\"summary\":\"pull-rescue: shop: was not retried\",\"eventType\":\"Retry Skipped\"}"
                .formatted(TestFixtures.BUILD));
  }

  @Test
  void notifiesAtOnceOfWhatPeopleHaveToActOn() {
    var steps = List.of(new Step("Use a token.", "docker login"));
    publish(EMAIL, CHAT, withPlan(new ReplicationPlan.ReportOnly("a test"), steps));
    publish(EMAIL, CHAT, new ReplicationFailed(TRIGGER, TestFixtures.RUBY, "no such image"));
    publish(
        EMAIL,
        CHAT,
        new ReplicationFailed(new Trigger.Manual("r-1"), TestFixtures.RUBY, "no such image"));

    assertThat(sns.requests).extracting(PublishRequest::topicArn).hasSize(6).contains(EMAIL, CHAT);
    assertThat(sns.requests.getFirst().message())
        .startsWith("To do:\n\ncould not pull ruby:2.7: the registry's rate limit was exceeded")
        .contains("\n1. Use a token.\n   docker login\n");
  }

  @Test
  void notifiesOfSuccessOnlyAtItsEnd() {
    publish(EMAIL, CHAT, withPlan(MIRROR, List.of()));
    publish(EMAIL, CHAT, retried(TRIGGER));
    assertThat(sns.requests).isEmpty();

    publish(EMAIL, null, new Recovered(TRIGGER, "shop:again", Duration.ofSeconds(71), false, null));

    assertThat(sns.requests)
        .singleElement()
        .satisfies(mail -> {
          assertThat(mail.subject())
              .isEqualTo("pull-rescue: shop: succeeded from a mirrored image");
          assertThat(mail.message())
              .startsWith("Nothing to do.\n\nshop:again succeeded, ")
              .contains("/build/shop%3Aagain/?region=eu-west-1");
        });
  }

  @Test
  void notifiesOfRetriesWhoseEndIsNotReported() {
    publish(EMAIL, null, retried(TASK));
    publish(EMAIL, null, retried(TRIGGER, "it has no webhook variables"));

    assertThat(sns.requests)
        .extracting(PublishRequest::subject)
        .containsExactly(
            "pull-rescue: web: is retried from a mirrored image",
            "pull-rescue: shop: is retried from a mirrored image");
  }

  @Test
  void notifiesNobodyOfRefreshes() {
    publish(
        EMAIL, CHAT, new ReplicationFailed(new Trigger.Refresh("r-2"), TestFixtures.RUBY, "gone"));

    assertThat(sns.requests).isEmpty();
    assertThat(bus.events).hasSize(1);
  }

  /** The subject has no line breaks, is ASCII, and is cut; SNS rejects all others. */
  @Test
  void subjectIsAcceptedBySns() {
    var project = "\u00fc\nBcc: x" + "y".repeat(200);
    publish(EMAIL, null, new RetrySkipped(new Trigger.Build(project + ":1", project), "x"));

    assertThat(sns.requests.getFirst().subject())
        .startsWith("pull-rescue: ??Bcc: xyyy")
        .endsWith("...")
        .hasSize(100);
  }

  @Test
  void createsNoClientWithoutTopics() {
    new NotifyingEventPublisher(
            bus,
            () -> {
              throw new AssertionError("no topic");
            },
            null,
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

    assertThatThrownBy(() ->
            new NotifyingEventPublisher(failing, () -> sns, EMAIL, CHAT, null).publish(SKIPPED))
        .hasMessage("no bus");
    assertThat(sns.requests).isEmpty();
  }

  private void publish(@Nullable String email, @Nullable String chat, RescueEvent event) {
    new NotifyingEventPublisher(bus, () -> sns, email, chat, "eu-west-1").publish(event);
  }

  private static RescueEvent withPlan(ReplicationPlan plan, List<Step> steps) {
    var diagnosed = TestFixtures.diagnosed("toomanyrequests");
    return new Diagnosed(TRIGGER, diagnosed.diagnosis(), plan, new Remediation(false, "x", steps));
  }

  private static Retried retried(Trigger trigger, String... caveats) {
    return new Retried(
        trigger, 1, List.of(), "shop:again", "task definition", List.of(caveats), null);
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
