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
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** Runs standalone tasks again against a fake of Amazon ECS. */
final class StandaloneTaskRunnerTest {
  private final FakeEcs ecs = new FakeEcs(null);
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
            "ListTasks",
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
