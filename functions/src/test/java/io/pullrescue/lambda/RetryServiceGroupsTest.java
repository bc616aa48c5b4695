package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeBatch;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.GroupHeld;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RetryRequest.Restore;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.WorkloadRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;

/** Message groups: what must not run twice, and what must not block others. */
final class RetryServiceGroupsTest {
  private static final Retry REQUEST = TestFixtures.retryRequest("build");

  private final RetryFixture retries = new RetryFixture();
  private final FakeCodeBuildClient codeBuild = retries.builds.codeBuild;

  @Test
  void submitsJobOnceForTwoImagesEvenIfListJobsLags() {
    var batch = new FakeBatch(jobThatCouldNotPull("python:3.12-slim", "r-base:4.4.1"));
    batch.listsNewJobs = false;
    retryJobsOf(batch);
    var request = TestFixtures.retryRequest("job");
    retries.queue.sender().send(request);
    retries
        .queue
        .sender()
        .send(Retry.of(request.trigger(), ImageReference.of("r-base:4.4.1")).orElseThrow());

    assertThat(retries.queue.messages)
        .extracting(QueueMessage::groupId)
        .containsOnly("batch:nightly");
    retries.processAll();

    assertThat(batch.submittedJobs).hasSize(1);
    assertThat(retries.publisher.events).singleElement().isInstanceOf(RescueEvent.Retried.class);
  }

  /** No other request of the group is processed until ListJobs shows the job. */
  @Test
  void submittedJobHoldsItsGroup() {
    var batch = new FakeBatch(jobThatCouldNotPull("python:3.12-slim"));
    batch.listsNewJobs = false;
    retryJobsOf(batch);
    var message = message(TestFixtures.retryRequest("job").forAllImages());

    assertThat(retries.process(message))
        .isInstanceOfSatisfying(
            GroupHeld.class, held -> assertThat(held.time()).isEqualTo(Duration.ofSeconds(90)));
    batch.listsNewJobs = true;
    assertThat(retries.process(message)).isInstanceOf(Completed.class);
    assertThat(batch.submittedJobs).hasSize(1);
  }

  /** SQS would move it to the dead-letter queue. */
  @Test
  void messageThatIsReceivedTheLastTimeIsSentAgainBeforeJobIsSubmitted() {
    var batch = new FakeBatch(jobThatCouldNotPull("python:3.12-slim"));
    retryJobsOf(batch);
    var request = TestFixtures.retryRequest("job").forAllImages();

    assertThat(retries.process(receivedTheLastTime(request))).isInstanceOf(Completed.class);
    assertThat(batch.submittedJobs).isEmpty();
    assertThat(retries.queue.messages).containsExactly(message(request.waitingUntil(retries.now)));
  }

  @Test
  void messageThatIsReceivedTheLastTimeAgainSubmitsAndHoldsNoGroup() {
    var batch = new FakeBatch(jobThatCouldNotPull("python:3.12-slim"));
    retryJobsOf(batch);
    var request = TestFixtures.retryRequest("job").forAllImages().waitingUntil(retries.now).due();

    assertThat(retries.process(receivedTheLastTime(request))).isInstanceOf(Completed.class);
    assertThat(batch.submittedJobs).hasSize(1);
  }

  private static QueueMessage receivedTheLastTime(Retry request) {
    var message = message(request);
    return new QueueMessage(
        message.id(),
        message.body(),
        QueueLimits.MAX_RECEIVE_COUNT,
        message.groupId(),
        message.lifetime());
  }

  @Test
  void waitingRequestLeavesItsGroupAndComesBack() {
    var waiting = REQUEST.waitingUntil(retries.now.plusSeconds(20));
    var message = TestFixtures.toQueueMessage(waiting);

    assertThat(message.groupId()).isNotEqualTo(REQUEST.groupId());
    assertThat(retries.process(message))
        .isEqualTo(new RetryAfter("waits until " + waiting.notBefore(), Duration.ofSeconds(20)));
    assertThat(retries.queue.messages).isEmpty();

    retries.now = retries.now.plusSeconds(20);
    assertThat(retries.process(message))
        .isEqualTo(new Completed("has waited, sent on into the message group build:shop"));
    assertThat(retries.queue.messages).containsExactly(message(waiting.due()));
  }

  /** SQS drops a message with the deduplication id of one that was sent within five minutes. */
  @Test
  void requestWaitsAlthoughEarlierOneHasWaited() {
    codeBuild.builds.clear();
    var early = TestFixtures.toQueueMessage(REQUEST);
    retries.process(early);

    retries.process(
        new QueueMessage("late", early.body(), 1, early.groupId(), Duration.ofDays(14)));

    assertThat(retries.queue.messages).hasSize(2);
  }

  @Test
  void messageThatIsReceivedTwiceIsSentAgainOnce() {
    codeBuild.builds.clear();
    var message = TestFixtures.toQueueMessage(REQUEST);

    retries.process(message);
    retries.process(message);

    assertThat(retries.queue.messages).hasSize(1);
  }

  /** SQS would delete it without a report. */
  @Test
  void waitingRequestGoesOnBeforeItsMessageExpires() {
    var waiting = REQUEST.waitingUntil(retries.now.plusSeconds(3600));
    var message = TestFixtures.toQueueMessage(waiting);
    var old =
        new QueueMessage(
            message.id(), message.body(), 1, message.groupId(), Duration.ofMinutes(30));

    assertThat(retries.process(old)).isInstanceOf(Completed.class);
    assertThat(retries.queue.messages).containsExactly(message(waiting.due()));
  }

  @Test
  void recoveryIsHandledInGroupOfItsProject() {
    retries.config =
        TestFixtures.retryConfig(3, 20, ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.MIRROR);
    var recovered = "shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92";
    codeBuild.add(
        SampleBuild.failed()
            .withId(recovered)
            .withStatus("SUCCEEDED")
            .withInitiator(TestFixtures.RETRY_ROLE + "/pull-rescue-retry")
            .withVariables(
                Map.of(
                    "PULL_RESCUE_ORIGINAL_BUILD_ID",
                    TestFixtures.BUILD,
                    "PULL_RESCUE_ATTEMPT",
                    "1"))
            .build());
    var event = TestFixtures.readSample("codebuild/build-recovered.json");

    var sentOn =
        retries.process(new QueueMessage("m1", event, 1, "recoveries", Duration.ofDays(14)));

    assertThat(sentOn).isEqualTo(new Completed("sent on into the message group build:shop"));
    assertThat(codeBuild.calls).isEmpty();
    retries.processAll();
    assertThat(retries.publisher.lastEvent())
        .isInstanceOfSatisfying(
            RescueEvent.Recovered.class,
            published -> assertThat(published.buildId()).isEqualTo(recovered));
  }

  /** Nobody else changes the project at the same time. */
  @Test
  void invocationByPersonRestoresProjectInItsGroup() {
    var request = TestFixtures.event("manual/restore-project.json");

    assertThat(retries.process(request))
        .isEqualTo(new Completed("sent on into the message group build:shop"));
    assertThat(codeBuild.calls).isEmpty();
    assertThat(retries.processAll())
        .containsExactly(new Completed("ignored: project shop contains no change by pull-rescue"));
  }

  @Test
  void secondRestoreWithinFiveMinutesIsNotDropped() {
    var sender = retries.queue.sender();

    sender.send(new Restore("shop", "request-1"));
    sender.send(new Restore("shop", "request-1"));
    sender.send(new Restore("shop", "request-2"));

    assertThat(retries.queue.messages).hasSize(2);
  }

  private void retryJobsOf(FakeBatch batch) {
    retries.config = TestFixtures.retryConfig(WorkloadRetryMode.OFF, WorkloadRetryMode.ALL);
    retries.workloads =
        new WorkloadRegistry()
            .register(
                JobFailed.class,
                () ->
                    batch.workload(retries.imageLookup, WorkloadRetryMode.ALL, retries.publisher));
  }

  private static QueueMessage message(Retry request) {
    return TestFixtures.toQueueMessage(request);
  }

  private static JobDetail jobThatCouldNotPull(String... images) {
    List<TaskContainerDetails> containers =
        List.of(images).stream().map(RetryServiceGroupsTest::containerThatCouldNotPull).toList();
    return SampleWorkloads.job(TestFixtures.event("batch/rate-limit.json")).toBuilder()
        .container((ContainerDetail) null)
        .ecsProperties(properties ->
            properties.taskProperties(EcsTaskDetails.builder().containers(containers).build()))
        .build();
  }

  private static TaskContainerDetails containerThatCouldNotPull(String image) {
    return TaskContainerDetails.builder()
        .name(image)
        .image(image)
        .reason("CannotPullContainerError: toomanyrequests")
        .build();
  }
}
