package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import io.pullrescue.retry.WorkloadChanges;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From an image that is there to the task that runs again from it. */
final class StandaloneRunTest {
  private static final String REPLICATED = "rescue/image-replicated-for-task.json";

  private final Cluster cluster = new Cluster();
  private final Starts starts = cluster.starts;
  private final Rescued.Ears ears = new Rescued.Ears();
  private WorkloadChanges changes = WorkloadChanges.ALL;
  private String startedBy = "someone";

  @Test
  void theTaskRunsAgainFromTheCopyWhereItWas() {
    assertThat(summary())
        .contains("started task task/again of shop-web:42", "ruby:2.7 from the mirror")
        .contains("(by task definition)")
        .contains("it is the execution role shop-execution that has to pull from");
    assertThat(ears.last()).isInstanceOf(Retried.class);
    assertThat(starts.networks).containsExactly(Starts.NETWORK);
    assertThat(starts.started)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.images()).containsOnlyKeys("web");
          assertThat(it.startedBy()).isEqualTo("pull-rescue/0d3f6b1c8e2a4975b6d0c1f2e3a49586");
        });
  }

  @Test
  void thereIsOneNewTaskHoweverOftenItIsAskedFor() {
    summary();

    assertThat(summary()).contains("runs again already, as task/again");
    assertThat(starts.started).hasSize(1);
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void nothingRunsUnlessTheOperatorAskedForIt() {
    changes = WorkloadChanges.REPORT;
    starts.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("is reported and not changed");
    assertThat(starts.started).isEmpty();
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void aTagAsksForOneTask() {
    changes = WorkloadChanges.TAGGED;
    assertThat(summary()).contains("has no tag pull-rescue = on");
    assertThat(starts.started).isEmpty();

    starts.tags.put("pull-rescue", "on");
    assertThat(summary()).contains("started task");
  }

  @Test
  void anotherOwnersTaskIsRefusedByName() {
    startedBy = "AWS Step Functions";

    assertThat(summary()).contains("did not run").contains("an execution of AWS Step Functions");
    assertThat(ears.last()).isInstanceOf(RetryRefused.class);
    assertThat(starts.started).isEmpty();
  }

  @Test
  void theRecordOfItsOwnStartIsWaitedFor() {
    starts.known = null;

    assertThat(outcome(1))
        .asInstanceOf(type(Later.class))
        .satisfies(it -> assertThat(it.after()).isEqualTo(Duration.ofMinutes(1)));
    assertThat(outcome(4)).isInstanceOf(Later.class);
    assertThat(ears.heard).isEmpty();

    starts.known = Starts.NETWORK;
    assertThat(outcome(5)).isInstanceOf(Done.class);
    assertThat(starts.started).hasSize(1);
  }

  @Test
  void aStartThatNobodyRecordedIsLeftToPeople() {
    starts.known = null;

    assertThat(((Done) outcome(5)).summary())
        .contains("did not run", "with which security groups it was started", "by hand");
    assertThat(ears.last()).isInstanceOf(RetryRefused.class);
    assertThat(starts.started).isEmpty();
  }

  @Test
  void aTaskWithoutAnInterfaceOfItsOwnNeedsNoRecord() {
    cluster.networkMode = "bridge";
    cluster.register(41, new ContainerDefinition("web", "ruby:2.7", false));
    starts.known = null;

    assertThat(summary()).contains("started task");
    assertThat(starts.networks).containsOnlyNulls();
  }

  @Test
  void whatEcsHasNoPlaceForIsReported() {
    starts.full = "ECS could not place it: RESOURCE:MEMORY";

    assertThat(summary()).contains("did not run", "RESOURCE:MEMORY");
    assertThat(ears.last()).isInstanceOf(RetryRefused.class);
  }

  @Test
  void aFamilyThatIsGoneIsLeftGone() {
    cluster.deregister();

    assertThat(summary()).contains("its task definition has been deregistered");
    assertThat(starts.started).isEmpty();
  }

  @Test
  void aTaskThatEcsHasForgottenMeanwhileIsLeftAlone() {
    starts.forgotten = true;

    assertThat(summary()).contains("ECS knows no task");
    assertThat(ears.heard).isEmpty();
  }

  private String summary() {
    return ((Done) outcome(1)).summary();
  }

  private Outcome outcome(int attempt) {
    var sample =
        Rescued.sample("ecs/fargate-rate-limit.json")
            .replace("service:web", "family:shop-web")
            .replace("ecs-svc/2770844949256052681", startedBy);
    var task = Workloads.task(new Message("1", sample, 1, null));
    var replicated = (ImageReplicated) new EventParser().parse(Rescued.sample(REPLICATED));
    return cluster
        .retry(
            (name, arn) -> Optional.of(task),
            new AwaitedCopies(image -> Optional.empty()),
            changes,
            ears)
        .work((TaskFailed) replicated.work(), replicated, attempt);
  }
}
