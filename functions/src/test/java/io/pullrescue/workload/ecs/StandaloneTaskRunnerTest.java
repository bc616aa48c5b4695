package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.lambda.DependencyFactory;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.FakeRunTask;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From an image that is there to the task that runs again from it. */
final class StandaloneTaskRunnerTest {
  private static final String REPLICATED = "rescue/image-replicated-for-task.json";

  private final FakeEcs ecs = new FakeEcs();
  private final FakeRunTask runTask = ecs.runTask;
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private String startedBy = "someone";

  @Test
  void runsTaskWithMirroredImageAndOriginalNetwork() {
    assertThat(summary())
        .contains("started task task/again of shop-web:42", "ruby:2.7 from the mirror")
        .contains("(by task definition)")
        .contains("it is the execution role shop-execution that has to pull from");
    assertThat(publisher.lastEvent()).isInstanceOf(Retried.class);
    assertThat(runTask.networks).containsExactly(FakeRunTask.NETWORK);
    assertThat(runTask.startedTasks)
        .singleElement()
        .satisfies(task -> {
          assertThat(task.containerImages()).containsOnlyKeys("web");
          assertThat(task.startedBy()).isEqualTo("pull-rescue/0d3f6b1c8e2a4975b6d0c1f2e3a49586");
        });
  }

  @Test
  void runsTaskOnlyOnce() {
    summary();

    assertThat(summary()).contains("runs again already, as task/again");
    assertThat(runTask.startedTasks).hasSize(1);
    assertThat(publisher.events).hasSize(1);
  }

  @Test
  void runsNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    runTask.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("is reported and not changed");
    assertThat(runTask.startedTasks).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void runsTaggedTaskInTaggedMode() {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(summary()).contains("has no tag pull-rescue = on");
    assertThat(runTask.startedTasks).isEmpty();

    runTask.tags.put("pull-rescue", "on");
    assertThat(summary()).contains("started task");
  }

  @Test
  void skipsTaskStartedByStepFunctions() {
    startedBy = "AWS Step Functions";

    assertThat(summary()).contains("did not run").contains("an execution of AWS Step Functions");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(runTask.startedTasks).isEmpty();
  }

  @Test
  void waitsForRunTaskEventInCloudTrail() {
    runTask.recordedNetwork = null;

    assertThat(process(1))
        .asInstanceOf(type(RetryAfter.class))
        .satisfies(retryAfter -> assertThat(retryAfter.delay()).isEqualTo(Duration.ofMinutes(1)));
    assertThat(process(4)).isInstanceOf(RetryAfter.class);
    assertThat(publisher.events).isEmpty();

    runTask.recordedNetwork = FakeRunTask.NETWORK;
    assertThat(process(5)).isInstanceOf(Completed.class);
    assertThat(runTask.startedTasks).hasSize(1);
  }

  @Test
  void skipsTaskWithoutRunTaskEventOnLastReceive() {
    runTask.recordedNetwork = null;

    assertThat(((Completed) process(5)).summary())
        .contains("did not run", "with which security groups it was started", "by hand");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(runTask.startedTasks).isEmpty();
  }

  @Test
  void runsTaskWithoutNetworkInterfaceImmediately() {
    ecs.networkMode = "bridge";
    ecs.register(41, new ContainerDefinition("web", "ruby:2.7", false));
    runTask.recordedNetwork = null;

    assertThat(summary()).contains("started task");
    assertThat(runTask.networks).containsOnlyNulls();
  }

  @Test
  void publishesTaskThatEcsCannotPlace() {
    runTask.placementFailure = "ECS could not place it: RESOURCE:MEMORY";

    assertThat(summary()).contains("did not run", "RESOURCE:MEMORY");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  @Test
  void skipsTaskWithDeregisteredDefinition() {
    ecs.deregister();

    assertThat(summary()).contains("its task definition has been deregistered");
    assertThat(runTask.startedTasks).isEmpty();
  }

  @Test
  void ignoresTaskUnknownToEcs() {
    runTask.taskUnknown = true;

    assertThat(summary()).contains("ECS knows no task");
    assertThat(publisher.events).isEmpty();
  }

  private String summary() {
    return ((Completed) process(1)).summary();
  }

  private ProcessingResult process(int receiveCount) {
    var sample =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("service:web", "family:shop-web")
            .replace("ecs-svc/2770844949256052681", startedBy);
    var task = SampleWorkloads.task(new QueueMessage("1", sample, 1, null));
    var replicated =
        (ImageReplicated)
            DependencyFactory.eventParser().parse(TestFixtures.readSample(REPLICATED));
    return ecs.taskRetrier(
            (name, arn) -> Optional.of(task),
            new MirroredImageLookup(image -> Optional.empty()),
            retryMode,
            publisher)
        .retry((TaskFailed) replicated.workload(), replicated, receiveCount);
  }
}
