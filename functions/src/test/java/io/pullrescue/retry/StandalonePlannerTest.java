package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Task;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import io.pullrescue.retry.TaskRunPlan.Leave;
import io.pullrescue.retry.TaskRunPlan.Nothing;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StandalonePlannerTest {
  private static final String HERE = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final String IN_MIRROR = REGISTRY + "/docker-hub/library/ruby:2.7";
  private static final Copy COPY = copy("ruby:2.7");

  private WorkloadChanges changes = WorkloadChanges.ALL;
  private Map<String, String> tags = Map.of();
  private Map<String, String> tagsOfDefinition = Map.of();
  private Set<String> attachments = Set.of("ElasticNetworkInterface");
  private String launchType = "FARGATE";
  private String startedBy = "";
  private @Nullable String role = "arn:aws:iam::123456789012:role/shop-execution";
  private @Nullable TaskDefinition newest;

  @Test
  void runsItWithTheCopyInTheContainersOfThatImageAlone() {
    assertThat(run(container("web", "ruby:2.7"), container("cache", "redis:7")))
        .satisfies(it -> {
          assertThat(it.images()).isEqualTo(Map.of("web", COPY.copy()));
          assertThat(it.hasInterface()).isTrue();
          assertThat(it.startedBy()).isEqualTo("pull-rescue/0d3f6b1c");
          assertThat(it.token()).isEqualTo("pull-rescue-0d3f6b1c");
          assertThat(it.remarks())
              .singleElement()
              .isEqualTo(
                  "it is the execution role shop-execution that has to pull from"
                      + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby");
        });
  }

  @Test
  void saysThatThePlacementOnInstancesIsNotKnown() {
    launchType = "EC2";

    assertThat(run(container("web", "ruby:2.7")).remarks())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("placement constraints");
  }

  @Test
  void runsTheSameDefinitionWhereThatNamesTheMirror() {
    newest = definition(45, container("web", "ruby:3.3"));

    assertThat(run(container("web", IN_MIRROR)).images()).isEmpty();
  }

  @Test
  void runsItAlsoWhereTheFailureNamedTheMirrorItself() {
    assertThat(plan(List.of(copy(IN_MIRROR)), container("web", IN_MIRROR)))
        .asInstanceOf(type(RunTask.class))
        .satisfies(it -> assertThat(it.images()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "AWS Step Functions,       an execution of AWS Step Functions",
    "events-rule/nightly,      the rule of Amazon EventBridge nightly",
    "chronos-schedule/nightly, the schedule of Amazon EventBridge Scheduler nightly",
    "ecs-svc/2770844949,       a deployment of a service 2770844949"
  })
  void refusesByNameWhatAnotherStarts(String starter, String owner) {
    startedBy = starter;

    assertThat(why(plan(container("web", "ruby:2.7"))))
        .isEqualTo(
            owner
                + " started it, and starts the next one; point its task definition at the mirror");
  }

  @Test
  void refusesTheTasksOfJobs() {
    tags = Map.of("aws:batch:job-queue", "nightly");

    assertThat(why(plan(container("web", "ruby:2.7")))).startsWith("AWS Batch started it");
  }

  @Test
  void neverRunsItsOwnTaskAgain() {
    startedBy = "pull-rescue/1e407c2d";

    assertThat(why(plan(container("web", "ruby:2.7")))).contains("was run again from the copy");
  }

  @Test
  void refusesAnOlderRevisionThanTheFamilyRunsByNow() {
    newest = definition(45, container("web", "ruby:3.3"));

    assertThat(why(plan(container("web", "ruby:2.7")))).contains("moved on to shop-web:45");
  }

  @Test
  void takesTheRevisionThatAnotherOfItsTasksRegistered() {
    newest = definition(42, container("web", COPY.copy().toString()));

    assertThat(run(container("web", "ruby:2.7")).images()).containsOnlyKeys("web");
  }

  @Test
  void refusesWhatItsRecordDoesNotTell() {
    attachments = Set.of("eni", "AmazonElasticBlockStorage");

    assertThat(why(plan(container("web", "ruby:2.7")))).contains("(AmazonElasticBlockStorage)");
  }

  @Test
  void refusesWhatCouldNotPullTheCopy() {
    assertThat(why(plan(new ContainerDefinition("web", "ruby:2.7", true))))
        .contains("repositoryCredentials");
    assertThat(why(plan(container("web", "ruby:3.3")))).contains("an image that was copied");
    role = null;
    assertThat(why(plan(container("web", "ruby:2.7")))).contains("no execution role");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTagMayBeOfTheTaskOrOfItsDefinition(boolean own) {
    changes = WorkloadChanges.TAGGED;
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(new Nothing("task 0d3f6b1c has no tag pull-rescue = on"));

    set(own, "on");
    run(container("web", "ruby:2.7"));

    set(!own, "off");
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(new Nothing("task 0d3f6b1c has the tag pull-rescue = off"));
  }

  private void set(boolean own, String value) {
    if (own) {
      tags = Map.of("pull-rescue", value);
    } else {
      tagsOfDefinition = Map.of("pull-rescue", value);
    }
  }

  private static String why(TaskRunPlan plan) {
    assertThat(plan).isInstanceOf(Leave.class);
    return ((Leave) plan).why();
  }

  private static Copy copy(String image) {
    return new Copy(
        ImageReference.of(image),
        ImageReference.of(IN_MIRROR),
        Digest.of("ruby".getBytes(StandardCharsets.UTF_8)));
  }

  private static ContainerDefinition container(String name, String image) {
    return new ContainerDefinition(name, image, false);
  }

  private TaskDefinition definition(int revision, ContainerDefinition... containers) {
    return new TaskDefinition(
        HERE + "task-definition/shop-web:" + revision,
        role,
        "awsvpc",
        List.of(containers),
        tagsOfDefinition);
  }

  private RunTask run(ContainerDefinition... containers) {
    var plan = plan(containers);
    assertThat(plan).isInstanceOf(RunTask.class);
    return (RunTask) plan;
  }

  private TaskRunPlan plan(ContainerDefinition... containers) {
    return plan(List.of(COPY), containers);
  }

  private TaskRunPlan plan(List<Copy> copies, ContainerDefinition... containers) {
    var definition = definition(41, containers);
    var task =
        new Task(
            HERE + "task/shop/0d3f6b1c",
            HERE + "cluster/shop",
            definition.arn(),
            "family:shop-web",
            launchType,
            startedBy,
            "STOPPED",
            "",
            List.of(),
            role);
    return new StandalonePlanner(new Mirror(REGISTRY, Mirror.CUSTOMARY_PREFIXES), changes)
        .plan(
            new StandaloneTask(task, tags, attachments, null),
            definition,
            newest == null ? definition : newest,
            copies);
  }
}
