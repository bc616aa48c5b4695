package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.ProcessingResult;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

/** Loads failures of tasks against a fake of Amazon ECS. */
final class EcsWorkloadTest {
  private static final Task TASK =
      SampleWorkloads.task(TestFixtures.event("ecs/fargate-rate-limit.json"));

  private final FakeEcs ecs = new FakeEcs(TASK);

  @Test
  void loadsFailureOfTask() {
    assertThat(load())
        .asInstanceOf(type(LoadResult.Complete.class))
        .satisfies(complete ->
            assertThat(complete.failures())
                .extracting(Failure::recordedImage)
                .containsExactly(ImageReference.of("ruby:2.7")));
    assertThat(ecs.calls).containsExactly("DescribeTasks", "DescribeTaskDefinition");
  }

  @Test
  void loadsFailureOfTaskWithDeletedDefinition() {
    var deleted = TASK.taskDefinitionArn().replace(":41", ":40");
    ecs.setTask(TASK.toBuilder().taskDefinitionArn(deleted).build());

    assertThat(load()).isInstanceOf(LoadResult.Complete.class);
  }

  @Test
  void ignoresTaskThatHasNotStoppedOrIsUnknown() {
    ecs.setTask(TASK.toBuilder().lastStatus("RUNNING").build());
    assertThat(load())
        .isEqualTo(
            new LoadResult.NotReady(null, "task " + TASK.taskArn() + " is RUNNING, not stopped"));

    ecs.setTask(null);
    assertThat(load())
        .isEqualTo(
            new LoadResult.NotReady(
                null, "ECS task " + TASK.taskArn() + " does not exist in this Region"));
  }

  /** The agent on EC2 runs the image that the host has, and keeps the error of the pull. */
  @Test
  void ignoresTaskThatRanFromImageOfItsHost() {
    ecs.setTask(
        TASK.toBuilder()
            .stopCode("EssentialContainerExited")
            .containers(TASK.containers().getFirst().toBuilder().exitCode(0).build())
            .build());

    assertThat(load())
        .isEqualTo(
            new LoadResult.NoFailure(
                "task " + TASK.taskArn() + " ran: its stop code is EssentialContainerExited"));
  }

  /** Its pull failed as well, but its work was done. */
  @Test
  void ignoresPullErrorOfContainerThatRan() {
    ecs.setTask(
        TASK.toBuilder()
            .stoppedReason("Task failed to start")
            .containers(TASK.containers().getFirst().toBuilder().exitCode(0).build())
            .build());

    assertThat(load()).isInstanceOf(LoadResult.NoFailure.class);
  }

  /** The agent of Amazon GuardDuty is pulled from a registry of AWS. */
  @Test
  void ignoresPullErrorOfContainerThatAwsAdds() {
    var added =
        Container.builder().name("aws-guardduty-agent-x1y2z3").reason(TASK.stoppedReason()).build();
    var web = TASK.containers().getFirst().toBuilder().reason(null).build();
    ecs.setTask(TASK.toBuilder().containers(web, added).build());

    assertThat(load())
        .isEqualTo(
            new LoadResult.NoFailure(
                "task "
                    + TASK.taskArn()
                    + " failed because of its container aws-guardduty-agent-x1y2z3, which AWS"
                    + " adds"));
  }

  private LoadResult load() {
    return workload().load(new TaskFailed(TASK.clusterArn(), TASK.taskArn()));
  }

  private EcsWorkload workload() {
    var publisher = new TestFixtures.RecordingEventPublisher();
    return ecs.workload(TestFixtures.imageLookup(publisher), WorkloadRetryMode.ALL, publisher);
  }

  @Test
  void asksEcsNothingAboutTaskOfAnotherAccount() {
    var failed =
        new TaskFailed(
            TASK.clusterArn().replace("123456789012", "999999999999"),
            TASK.taskArn().replace("123456789012", "999999999999"));
    var reason = "ECS task " + failed.taskArn() + " is not of this account and Region";

    assertThat(workload().load(failed)).isEqualTo(new LoadResult.NoFailure(reason));
    assertThat(workload().retry(failed, TestFixtures.retryRequest("task")))
        .isEqualTo(new ProcessingResult.Completed("ignored: " + reason));
    assertThat(ecs.calls).isEmpty();
  }
}
