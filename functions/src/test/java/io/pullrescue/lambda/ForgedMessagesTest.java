package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.testing.FakeBatch;
import io.pullrescue.testing.FakeSecretsManager;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.WorkloadRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.batch.model.JobDetail;

/** Sends what a principal that may write to the queues could send. */
final class ForgedMessagesTest {
  private static final String BUILD_TRIGGER =
      "{\"type\":\"build\",\"id\":\"" + TestFixtures.BUILD + "\",\"project\":\"shop\"}";

  private final List<CopyOptions> copies = new ArrayList<>();
  private final RetryFixture retries = new RetryFixture();

  @Test
  void messageDoesNotMoveTagsByCallingItselfManual() {
    replicate(
        "{\"trigger\":{\"type\":\"manual\",\"id\":\"x\"},\"image\":\"docker.io/library/ruby:2.7\","
            + "\"images\":[],\"causedFailure\":false,\"imagesOfTrigger\":1}");

    assertThat(copies).singleElement().satisfies(o -> assertThat(o.movesTags()).isFalse());
  }

  @Test
  void notBeforeOutOfRangeDoesNotEndInTheDeadLetterQueue() {
    assertThatCode(() ->
            replicate(
                "{\"trigger\":"
                    + BUILD_TRIGGER
                    + ",\"image\":\"docker.io/library/ruby:2.7\",\"images\":[],"
                    + "\"causedFailure\":true,\"imagesOfTrigger\":1,\"resumeState\":"
                    + "{\"invocations\":1,\"notBefore\":9223372036854775807}}"))
        .doesNotThrowAnyException();
  }

  /** Each message is in a group of its own, so that SQS delivers them at the same time. */
  @Test
  void jobIsSubmittedOnceHoweverTheMessagesNameItsDefinition() {
    var batch = batch(startedByPerson());
    for (var definition : List.of("nightly:12", "a:1", "b:1", "c:1")) {
      var body =
          TestFixtures.readSample("retries/job.json")
              .replace("nightly:12", definition)
              .replace("3.12-slim\"", "3.12-slim\", \"allMirrored\": true");
      var group = "batch:" + definition.replaceFirst(":.*", "");
      retries.process(new QueueMessage(definition, body, 1, group, Duration.ofDays(14)));
    }

    assertThat(batch.submittedJobs).as("runs of one failed job").hasSizeLessThanOrEqualTo(1);
  }

  /** Batch keeps an ended job for a week; `maxFailureAgeMinutes` is 60. */
  @Test
  void jobThatFailedDaysAgoIsNotSubmitted() {
    var old =
        startedByPerson().toBuilder()
            .createdAt(retries.now.minus(Duration.ofDays(6)).toEpochMilli())
            .stoppedAt(retries.now.minus(Duration.ofDays(6)).toEpochMilli())
            .build();
    var batch = batch(old);
    retries.queue.sender().send(TestFixtures.retryRequest("job"));
    retries.processAll();

    assertThat(batch.submittedJobs).isEmpty();
  }

  private static JobDetail startedByPerson() {
    return SampleWorkloads.job(TestFixtures.event("batch/rate-limit.json")).toBuilder()
        .container(container ->
            container
                .image("python:3.12-slim")
                .reason("CannotPullContainerError: toomanyrequests")
                .executionRoleArn("arn:aws:iam::123456789012:role/batch/nightly-execution"))
        .build();
  }

  private FakeBatch batch(JobDetail job) {
    var batch = new FakeBatch(job);
    batch.listsNewJobs = false;
    batch.clock = InstantSource.fixed(retries.now);
    retries.config = TestFixtures.retryConfig(WorkloadRetryMode.OFF, WorkloadRetryMode.ALL);
    retries.workloads =
        new WorkloadRegistry()
            .register(
                JobFailed.class,
                () ->
                    batch.workload(retries.imageLookup, WorkloadRetryMode.ALL, retries.publisher));
    return batch;
  }

  private void replicate(String body) {
    var secret = "{\"username\":\"team\",\"password\":\"" + TestFixtures.SECRET + "\"}";
    new ReplicationService(
            (image, options, deadline, listener) -> {
              copies.add(options);
              return new Failed(image, "stop here");
            },
            PlatformSelection.ALL,
            PullRescueConfig.Replication.DEFAULTS,
            new WorkloadPullSecrets(
                List.of("team-x-login"),
                TestFixtures.MIRROR.region(),
                TestFixtures.MIRROR.accountId(),
                new SecretsManagerCredentials(
                    new FakeSecretsManager(Map.of("team-x-login", secret)))),
            new FakeSqs().replicationQueue(),
            RetryFixture.noRetries(),
            new TestFixtures.RecordingEventPublisher(),
            InstantSource.fixed(Instant.EPOCH))
        .process(new QueueMessage("1", body, 1), TestFixtures.context(60_000));
  }
}
