package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.Mode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.replication.request.ResumeState;
import io.pullrescue.testing.FakeRetryQueue;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RetryRequestMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicationServiceTest {
  private static final ReplicationRequest REQUEST =
      new ReplicationRequest(
          new Trigger.Build(TestFixtures.BUILD, "shop"),
          TestFixtures.RUBY,
          List.of(TestFixtures.RUBY),
          true);
  private static final ReplicationRequest REFRESH =
      new ReplicationRequest(
          new Trigger.Refresh("request-2"), TestFixtures.RUBY, List.of(TestFixtures.RUBY), false);
  private static final ImageReference MIRROR_REFERENCE =
      TestFixtures.MIRROR
          .mirrorReference(TestFixtures.RUBY)
          .orElseThrow()
          .withDigest(TestFixtures.mirroredImage(TestFixtures.RUBY).digest());

  /** The groups in which long copies of the project, and of refreshes, are continued. */
  private static final int LONG_COPY_GROUPS =
      PullRescueConfig.Replication.DEFAULTS.maxConcurrentCopies() / 2;

  private static final int SHOP_GROUP = Math.floorMod("shop".hashCode(), LONG_COPY_GROUPS);

  private static final int REFRESH_GROUP = Math.floorMod("refresh".hashCode(), LONG_COPY_GROUPS);

  private static final CopyStats NOTHING_COPIED = CopyStats.nothingCopied(Duration.ofMinutes(14));

  private final FakeSqs sqs = new FakeSqs();
  private final FakeRetryQueue retries = new FakeRetryQueue();
  private Mode mode = Mode.RESCUE;
  private RetryConfig retryConfig = RetryConfig.DEFAULTS;
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private ReplicationResult result =
      new Replicated(
          TestFixtures.RUBY,
          MIRROR_REFERENCE,
          TestFixtures.RUBY,
          new CopyStats(1024, 3, 512, 1, 2, 2, Duration.ofMillis(1500)),
          List.of());

  @Test
  void publishesReplicatedImage() {
    assertThat(process(1))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains(
            "1 KiB in 3 blobs from docker.io in 1.5 s, 1 blob already in the mirror, 2 requests counted");
    assertThat(publisher.lastEvent())
        .isEqualTo(new RescueEvent.Replicated(REQUEST, (Replicated) result));
  }

  @Test
  void reportsImageThatIsAlreadyMirrored() {
    result =
        new Replicated(
            TestFixtures.RUBY,
            MIRROR_REFERENCE,
            MIRROR_REFERENCE,
            CopyStats.nothingCopied(Duration.ofMillis(20)),
            List.of());

    assertThat(process(1))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains("is already mirrored as ", "nothing was copied");
  }

  @Test
  void publishesFailureWithoutRetry() {
    result = new Failed(TestFixtures.RUBY, "no such image");

    assertThat(process(1)).isInstanceOf(Completed.class);
    assertThat(PublishedEvent.of(publisher.events.getFirst()))
        .satisfies(publishedEvent -> {
          assertThat(publishedEvent.detailType()).isEqualTo("Image Replication Failed");
          assertThat(publishedEvent.detail()).contains("no such image");
        });
  }

  @Test
  void retriesDeferredReplicationUntilLastReceive() {
    result =
        new Deferred(
            TestFixtures.RUBY, "the limit is reached", Duration.ofHours(6), NOTHING_COPIED);

    assertThat(process(1))
        .isEqualTo(new RetryAfter("ruby:2.7: the limit is reached", Duration.ofHours(6)));
    assertThat(publisher.events).isEmpty();
    assertThat(process(5)).isInstanceOf(Completed.class);
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RescueEvent.ReplicationFailed.class))
        .satisfies(replicationFailed ->
            assertThat(replicationFailed.reason())
                .startsWith("given up after 5 attempts: the limit"));
  }

  @Test
  void requestsRetryOfBuildThatWaitsForImage() {
    process(1);
    process(2);

    assertThat(retries.messages)
        .singleElement()
        .satisfies(message -> {
          assertThat(message.groupId()).isEqualTo("build:shop");
          assertThat(RetryRequestMessage.parse(message.body(), message.id()))
              .contains(TestFixtures.retryRequest("build"));
        });
  }

  @Test
  void requestsNoRetryThatSettingsRuleOut() {
    mode = Mode.REPLICATE;
    process(1);
    mode = Mode.RESCUE;
    replicate(TestFixtures.retryRequest("task").trigger(), true);
    replicate(TestFixtures.retryRequest("job").trigger(), true);

    assertThat(retries.messages).isEmpty();
    assertThat(publisher.events).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"task", "job"})
  void requestsRetryOfTaskAndJobIfTheirModesAllowIt(String workload) {
    retryConfig = TestFixtures.retryConfig(WorkloadRetryMode.TAGGED, WorkloadRetryMode.ALL);
    replicate(TestFixtures.retryRequest(workload).trigger(), true);

    assertThat(retries.messages).hasSize(1);
  }

  @Test
  void requestsNoRetryWithoutWorkloadThatFailedBecauseOfIt() {
    replicate(new Trigger.Manual("request-1"), true);
    replicate(new Trigger.Refresh("request-2"), true);
    replicate(REQUEST.trigger(), false);

    assertThat(retries.messages).isEmpty();
  }

  private void replicate(Trigger trigger, boolean causedFailure) {
    var request =
        new ReplicationRequest(
            trigger, TestFixtures.RUBY, List.of(TestFixtures.RUBY), causedFailure);
    service().process(message(request, 1), TestFixtures.context(60_000));
  }

  @Test
  void publishesFailureBeforeSqsDeletesMessage() {
    result =
        new Deferred(
            TestFixtures.RUBY, "the limit is reached", Duration.ofHours(6), NOTHING_COPIED);
    var body = ReplicationRequestMessage.of(REQUEST).body();
    var old = new QueueMessage("1", body, 2, "group", Duration.ofHours(5));

    assertThat(service().process(old, TestFixtures.context(60_000))).isInstanceOf(Completed.class);
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RescueEvent.ReplicationFailed.class))
        .satisfies(replicationFailed ->
            assertThat(replicationFailed.reason()).startsWith("given up after 2 attempts: "));
  }

  @Test
  void enqueuesContinuationAfterProgress() {
    result = new Deferred(TestFixtures.RUBY, "the time was up", Duration.ZERO, statsOf(5, 4096));

    assertThat(process(2))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains(
            "continues in another invocation, 4 KiB copied in 1 invocation so far: the time was up");
    assertThat(sqs.requests())
        .containsExactly(REQUEST.resumedFrom(new ResumeState(1, 4096, 1, 1, 0, SHOP_GROUP)));
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void requestSurvivesMessageRoundTrip() {
    var request =
        REQUEST
            .withPullSecret("team-login")
            .resumedFrom(new ResumeState(3, 1L << 40, 2, 7, 0, null))
            .forPlatform(Platform.parse("linux/arm64").get());
    var message = ReplicationRequestMessage.of(request);

    assertThat(ReplicationRequestMessage.parse(message.body())).contains(request);
    assertThat(message.groupId()).isEqualTo(ReplicationRequestMessage.of(REQUEST).groupId());
    assertThat(message.deduplicationId())
        .isNotEqualTo(ReplicationRequestMessage.of(REQUEST).deduplicationId());
  }

  @Test
  void pullSecretIsPartOfDeduplicationId() {
    assertThat(
            List.of(
                    REQUEST,
                    REQUEST.withPullSecret("team-login"),
                    REQUEST.withPullSecret("other-login"))
                .stream()
                .map(ReplicationRequestMessage::of))
        .extracting(ReplicationRequestMessage::deduplicationId)
        .doesNotHaveDuplicates();
  }

  @Test
  void limitsContinuationsBelowLambdaLoopDetection() {
    result = new Deferred(TestFixtures.RUBY, "the time was up", Duration.ZERO, statsOf(1, 1));
    var resumed = REQUEST.resumedFrom(new ResumeState(12, 12, 0, 0, 0, null));

    assertThat(service().process(message(resumed, 1), TestFixtures.context(60_000)))
        .isEqualTo(new RetryAfter("ruby:2.7: the time was up", Duration.ZERO));
    assertThat(sqs.requests()).isEmpty();
  }

  @Test
  void continuesLongCopyOfProjectInOneGroup() {
    result = new Deferred(TestFixtures.RUBY, "the time was up", Duration.ZERO, NOTHING_COPIED);

    process(1);

    assertThat(sqs.messages)
        .singleElement()
        .satisfies(
            sent -> assertThat(sent.messageGroupId()).isEqualTo("long-copies-" + SHOP_GROUP));
  }

  @Test
  void limitsTimeAndBytesOfFirstInvocation() {
    var times = new ArrayList<Duration>();
    var sizes = new ArrayList<Long>();
    var service =
        service((image, options, deadline, listener) -> {
          times.add(deadline.remaining());
          sizes.add(options.maxBytes());
          return result;
        });

    service.process(message(REQUEST, 1), TestFixtures.context(900_000));
    service.process(
        message(REQUEST.resumedFrom(new ResumeState(1, 1, 0, 0, 0, 2)), 1),
        TestFixtures.context(900_000));
    service.copy(REQUEST, TestFixtures.context(900_000));

    assertThat(times)
        .containsExactly(Duration.ofMinutes(2), Duration.ofSeconds(880), Duration.ofSeconds(880));
    assertThat(sizes).containsExactly(2L << 30, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  @Test
  void keepsCountOfRequestsWhileWaiting() {
    result = new Deferred(TestFixtures.RUBY, "unavailable", Duration.ofMinutes(1), statsOf(0, 0));

    assertThat(process(1)).isInstanceOf(Completed.class);
    assertThat(sqs.requests())
        .containsExactly(REQUEST.resumedFrom(new ResumeState(1, 0, 0, 1, 60, null)));
    assertThat(sqs.messages.getFirst().messageGroupId())
        .as("that of the image: a waiting message must not hold one for long copies")
        .isEqualTo(ReplicationRequestMessage.of(REQUEST).groupId());
    assertThat(service().process(message(sqs.requests().getFirst(), 1), TestFixtures.context(1000)))
        .isEqualTo(
            new RetryAfter("ruby:2.7: the next attempt is not due yet", Duration.ofMinutes(1)));
  }

  @Test
  void leavesGroupOfLongCopiesToWait() {
    result = new Deferred(TestFixtures.RUBY, "limited", Duration.ofHours(6), NOTHING_COPIED);
    var longCopy = REQUEST.resumedFrom(new ResumeState(1, 1, 0, 0, 0, 2));

    service().process(message(longCopy, 1), TestFixtures.context(60_000));

    assertThat(sqs.requests())
        .containsExactly(REQUEST.resumedFrom(new ResumeState(2, 1, 0, 0, 21_600, null)));
  }

  @Test
  void sharesRequestsAmongImagesOfTrigger() {
    var used = new ResumeState(1, 1, 0, 5, 0, null);

    assertThat(share(REQUEST)).isEqualTo(40);
    assertThat(share(REQUEST.withImagesOfTrigger(3))).isEqualTo(13);
    assertThat(share(REQUEST.withImagesOfTrigger(3).resumedFrom(used))).isEqualTo(8);
    assertThat(share(REQUEST.withImagesOfTrigger(41))).isZero();
  }

  @Test
  void messageCannotRaiseItsShare() {
    assertThat(share(REQUEST.withImagesOfTrigger(-5))).isEqualTo(40);
    assertThat(share(REQUEST.resumedFrom(new ResumeState(1, 1, 0, 41, 0, null)))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"invocations\":-1",
        "\"rateLimitedRequests\":-1000",
        "\"bytesCopied\":-1",
        "\"notBefore\":9223372036854775807"
      })
  void ignoresMessageWithNumbersOutOfRange(String member) {
    var body = EventJson.write(REFRESH.trigger());
    var message =
        "{\"trigger\":"
            + body
            + ",\"image\":\"ruby:2.7\",\"images\":[],\"causedFailure\":true,\"imagesOfTrigger\":1,"
            + "\"resumeState\":{"
            + member
            + "}}";

    assertThat(ReplicationRequestMessage.parse(message)).isEmpty();
    assertThat(ReplicationRequestMessage.parse(message.replace(member, ""))).isPresent();
  }

  @Test
  void movesTagsForPeopleAndRefreshOnly() {
    var manual =
        new ReplicationRequest(
            new Trigger.Manual("1"), TestFixtures.RUBY, List.of(TestFixtures.RUBY), false);

    assertThat(CopyJob.of(REQUEST, 1, 40).movesTags()).isFalse();
    assertThat(CopyJob.of(REFRESH, 1, 40).movesTags()).isTrue();
    assertThat(CopyJob.of(manual, 0, 40).movesTags()).isTrue();
    assertThat(CopyJob.of(manual, 1, 40).movesTags()).isFalse();
  }

  @Test
  void reducesConcurrencyWithEachReceive() {
    var concurrencyReductions = new ArrayList<Integer>();
    var resumed = REQUEST.resumedFrom(new ResumeState(1, 1, 1, 0, 0, null));
    var service =
        service((image, options, deadline, listener) -> {
          concurrencyReductions.add(options.concurrencyReductions());
          return result;
        });

    service.process(message(REQUEST, 1), TestFixtures.context(60_000));
    service.process(message(REQUEST, 3), TestFixtures.context(60_000));
    service.process(message(resumed, 2), TestFixtures.context(60_000));

    assertThat(concurrencyReductions).containsExactly(0, 2, 2);
  }

  @Test
  void copiesAllPlatformsOfImageGivenByDigest() {
    var linux = Platform.parse("linux/amd64").get();
    var digest =
        ImageReference.of("ruby@" + TestFixtures.mirroredImage(TestFixtures.RUBY).digest());
    var pinned = new ReplicationRequest(REQUEST.trigger(), digest, List.of(digest), true);

    assertThat(CopyJob.of(REQUEST.forPlatform(linux), 1, 40).platform()).isEqualTo(linux);
    assertThat(CopyJob.of(pinned.forPlatform(linux), 1, 40).platform()).isNull();
  }

  @Test
  void publishesNothingWhenRefreshCopiesNothing() {
    result =
        new Replicated(
            TestFixtures.RUBY,
            MIRROR_REFERENCE,
            MIRROR_REFERENCE,
            CopyStats.nothingCopied(Duration.ofMillis(20)),
            List.of());

    assertThat(processRefresh())
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .contains("ruby:2.7 is already mirrored as ");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void publishesImageThatRefreshCopied() {
    processRefresh();

    assertThat(publisher.lastEvent())
        .isEqualTo(new RescueEvent.Replicated(REFRESH, (Replicated) result));
  }

  @Test
  void publishesImmutableTagOnRefresh() {
    result = new Failed(TestFixtures.RUBY, "the tag 2.7 is immutable");

    assertThat(processRefresh()).isInstanceOf(Completed.class);
    assertThat(publisher.lastEvent())
        .isEqualTo(
            new RescueEvent.ReplicationFailed(
                REFRESH.trigger(), TestFixtures.RUBY, "the tag 2.7 is immutable"));
  }

  @Test
  void leavesDeferredImageToNextRefresh() {
    result =
        new Deferred(
            TestFixtures.RUBY, "the limit is reached", Duration.ofHours(6), NOTHING_COPIED);

    assertThat(processRefresh())
        .isEqualTo(
            new Completed(
                "ruby:2.7: left for the next refresh (60 pulls are reserved for failed workloads):"
                    + " the limit is reached"));
    assertThat(publisher.events).isEmpty();
    assertThat(sqs.requests()).isEmpty();
  }

  @Test
  void enqueuesContinuationOfRefreshAfterProgress() {
    result = new Deferred(TestFixtures.RUBY, "the time was up", Duration.ZERO, statsOf(5, 4096));

    assertThat(processRefresh()).isInstanceOf(Completed.class);
    assertThat(sqs.requests())
        .containsExactly(REFRESH.resumedFrom(new ResumeState(1, 4096, 0, 1, 0, REFRESH_GROUP)));
  }

  @Test
  void reservesPullsOnlyOnRefresh() {
    assertThat(CopyJob.of(REQUEST, 1, 40).reservedPulls()).isZero();
    assertThat(CopyJob.of(REFRESH, 1, 40).reservedPulls()).isEqualTo(60);
  }

  @Test
  void ignoresInvalidMessage() {
    var invalid = new QueueMessage("1", "{\"image\": \"$(id)\"}\u001b[31m", 1);

    assertThat(service().process(invalid, TestFixtures.context(60_000)))
        .asInstanceOf(type(Completed.class))
        .extracting(Completed::summary)
        .asString()
        .startsWith("ignored: not a replication request")
        .doesNotContain("\u001b");
  }

  @Test
  void stopsBeforeLambdaTimeout() {
    service(
            (image, options, deadline, listener) -> {
              assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(40));
              return result;
            })
        .process(message(1), TestFixtures.context(60_000));

    assertThat(publisher.events).hasSize(1);
  }

  private static int share(ReplicationRequest request) {
    return CopyJob.of(request, 1, 40).maxRateLimitedRequests();
  }

  private ProcessingResult processRefresh() {
    return service().process(message(REFRESH, 1), TestFixtures.context(60_000));
  }

  private ProcessingResult process(int receiveCount) {
    return service().process(message(receiveCount), TestFixtures.context(60_000));
  }

  private static QueueMessage message(int receiveCount) {
    return message(REQUEST, receiveCount);
  }

  private static QueueMessage message(ReplicationRequest request, int receiveCount) {
    return new QueueMessage("1", ReplicationRequestMessage.of(request).body(), receiveCount);
  }

  private static CopyStats statsOf(int blobs, long bytes) {
    return new CopyStats(bytes, blobs, 0, 0, 0, 1, Duration.ofMinutes(14));
  }

  private ReplicationService service() {
    return service((image, options, deadline, listener) -> result);
  }

  private ReplicationService service(ReplicationService.CopyFunction copyFunction) {
    return new ReplicationService(
        copyFunction,
        PlatformSelection.ALL,
        PullRescueConfig.Replication.DEFAULTS,
        TestFixtures.noPullSecrets(),
        sqs.replicationQueue(),
        new RetryRequester(mode, retryConfig, retries.sender()),
        publisher,
        InstantSource.fixed(Instant.EPOCH));
  }
}
