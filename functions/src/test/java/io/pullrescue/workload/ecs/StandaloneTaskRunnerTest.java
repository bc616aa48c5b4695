package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.testing.FakeCloudTrail;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** Runs standalone tasks again against a fake of Amazon ECS. */
final class StandaloneTaskRunnerTest {
  private final FakeEcs ecs = fakeEcs();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private String startedBy = "someone";
  private boolean taskExists = true;

  @Test
  void runsTaskWithMirroredImageAndOriginalNetwork() {
    assertThat(summary())
        .contains("started task task/again of shop-web:42", "ruby:2.7 from the mirror")
        .contains("by task definition")
        .contains("the execution role shop-execution needs permission to pull from");
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
    assertThat(ecs.startedTasks)
        .singleElement()
        .satisfies(request -> {
          assertThat(ecs.mirroredContainers(request.taskDefinition())).containsExactly("web");
          assertThat(request.startedBy()).isEqualTo("pull-rescue/0d3f6b1c8e2a4975b6d0c1f2e3a49586");
          assertThat(request.networkConfiguration().awsvpcConfiguration())
              .isEqualTo(FakeCloudTrail.NETWORK);
        });
  }

  @Test
  void describesTaskAndDefinitionOnce() {
    summary();

    assertThat(ecs.calls)
        .containsExactly(
            "DescribeTasks",
            "DescribeTaskDefinition", // that of the task
            "DescribeTaskDefinition", // the newest revision
            "ListTasks", // running
            "ListTasks", // stopped
            "RegisterTaskDefinition",
            "RunTask");
  }

  @Test
  void runsTaskOnlyOnce() {
    summary();

    assertThat(summary()).contains("has already been retried as task/again");
    assertThat(ecs.startedTasks).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void runsTaskOnlyOnceWhenRetryHasEnded() {
    summary();
    ecs.retryStatus = DesiredStatus.STOPPED;

    assertThat(summary()).contains("has already been retried as task/again");
    assertThat(ecs.startedTasks).hasSize(1);
  }

  @Test
  void skipsTaskThatStoppedLongAgo() {
    ecs.clock = InstantSource.fixed(Instant.parse("2026-06-15T11:30:00Z"));

    assertThat(summary()).contains("did not retry", "it stopped 58 minutes ago");
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void skipsTaskOfUnknownStarter() {
    ecs.definitionTags.clear();

    assertThat(summary()).contains("did not retry", "(startedBy someone)", "pull-rescue = on");
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void reportsTaskThatEcsRejects() {
    ecs.error =
        FakeEcs.error(
            400, "PlatformUnknownException", "The specified platform version does not exist.");

    assertThat(summary())
        .contains("Ecs rejected the retry: The specified platform version does not exist.");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  /** RegisterTaskDefinition is throttled by an error of the client. */
  @Test
  void waitsWhileEcsIsBusy() {
    ecs.error =
        FakeEcs.error(
            400,
            "ClientException",
            "Too many concurrent attempts to create a new revision of the specified family.");
    assertThat(process(1))
        .asInstanceOf(type(RetryAfter.class))
        .satisfies(retryAfter -> assertThat(retryAfter.delay()).isEqualTo(Duration.ofMinutes(5)));

    ecs.error = FakeEcs.error(500, "ServerException", "");
    assertThat(((Completed) process(4)).summary())
        .contains("timed out while waiting: Ecs does not answer for now: ServerException");
    assertThat(process(0)).isInstanceOf(Completed.class);
    assertThat(ecs.startedTasks).hasSize(1);
  }

  @Test
  void runsNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    ecs.taskTags.put("pull-rescue", "on");

    assertThat(summary()).contains("is not retried, because `ecsRetry` is off");
    assertThat(ecs.startedTasks).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void runsTaggedTaskInTaggedMode() {
    retryMode = WorkloadRetryMode.TAGGED;
    ecs.definitionTags.clear();
    assertThat(summary()).contains("has no tag pull-rescue = on");
    assertThat(ecs.startedTasks).isEmpty();

    ecs.taskTags.put("pull-rescue", "on");
    assertThat(summary()).contains("did not retry", "tag the definition as well");
    assertThat(ecs.startedTasks).isEmpty();

    ecs.definitionTags.put("pull-rescue", "on");
    assertThat(summary()).contains("started task");
  }

  @Test
  void skipsTaskStartedByStepFunctions() {
    startedBy = "AWS Step Functions";

    assertThat(summary()).contains("did not retry").contains("an execution of AWS Step Functions");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void waitsForRunTaskEventInCloudTrail() {
    ecs.cloudTrail.recordedNetwork = null;

    assertThat(process(0))
        .asInstanceOf(type(RetryAfter.class))
        .satisfies(retryAfter -> assertThat(retryAfter.delay()).isEqualTo(Duration.ofMinutes(1)));
    assertThat(process(3)).isInstanceOf(RetryAfter.class);
    assertThat(publisher.events).isEmpty();

    ecs.cloudTrail.recordedNetwork = FakeCloudTrail.NETWORK;
    assertThat(process(4)).isInstanceOf(Completed.class);
    assertThat(ecs.startedTasks).hasSize(1);
  }

  @Test
  void skipsTaskWithoutRunTaskEventAfterLastWait() {
    ecs.cloudTrail.recordedNetwork = null;

    assertThat(((Completed) process(4)).summary())
        .contains("did not retry", "CloudTrail has no RunTask event for it", "manually");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void runsTaskWithoutNetworkInterfaceImmediately() {
    ecs.networkMode = "bridge";
    ecs.register(41, FakeEcs.container("web", "ruby:2.7"));
    ecs.cloudTrail.recordedNetwork = null;

    assertThat(summary()).contains("started task");
    assertThat(ecs.startedTasks)
        .extracting(RunTaskRequest::networkConfiguration)
        .containsOnlyNulls();
  }

  @Test
  void publishesTaskThatEcsCannotPlace() {
    ecs.placementFailure = "RESOURCE:MEMORY";

    assertThat(summary()).contains("did not retry", "RESOURCE:MEMORY");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @Test
  void skipsTaskWithDeregisteredDefinition() {
    ecs.deregister();

    assertThat(summary()).contains("its task definition has been deregistered");
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void skipsTaskWithDeletedDefinition() {
    ecs.deleteRevision(41);

    assertThat(summary()).contains("its task definition has been deregistered");
    assertThat(ecs.startedTasks).isEmpty();
  }

  @Test
  void reportsTaskUnknownToEcs() {
    taskExists = false;

    assertThat(process(0)).isInstanceOf(RetryAfter.class);
    assertThat(((Completed) process(2)).summary()).contains("no longer exists");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  /** Only a tag tells that nothing else starts the task again. */
  private static FakeEcs fakeEcs() {
    var ecs = new FakeEcs(null);
    ecs.definitionTags.put("pull-rescue", "on");
    return ecs;
  }

  private String summary() {
    return ((Completed) process(0)).summary();
  }

  private ProcessingResult process(int waits) {
    var sample =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("service:web", "family:shop-web")
            .replace("ecs-svc/2770844949256052681", startedBy);
    var task = SampleWorkloads.task(new QueueMessage("1", sample, 1));
    ecs.setTask(taskExists ? task : null);
    var request = TestFixtures.retryRequest("task");
    var retry =
        new Retry(request.trigger(), request.workload(), request.image(), waits, null, false);
    return ecs.workload(TestFixtures.imageLookup(publisher), retryMode, publisher)
        .retry((TaskFailed) retry.workload(), retry);
  }
}
