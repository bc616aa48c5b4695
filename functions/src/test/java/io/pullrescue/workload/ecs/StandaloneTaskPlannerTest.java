package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ecs.RunTaskPlan.NoAction;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.RunTaskPlan.Skip;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StandaloneTaskPlannerTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final String MIRROR_REFERENCE = REGISTRY + "/docker-hub/library/ruby:2.7";
  private static final MirroredImage MIRRORED_IMAGE = mirrored("ruby:2.7");

  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private Map<String, String> tags = Map.of();
  private Map<String, String> definitionTags = Map.of();
  private Set<String> attachmentTypes = Set.of("ElasticNetworkInterface");
  private String launchType = "FARGATE";
  private String startedBy = "";
  private @Nullable String executionRole = "arn:aws:iam::123456789012:role/shop-execution";
  private @Nullable TaskDefinition newest;

  @Test
  void replacesImageOnlyInContainersThatUseIt() {
    assertThat(run(container("web", "ruby:2.7"), container("cache", "redis:7")))
        .satisfies(runTask -> {
          assertThat(runTask.containerImages())
              .isEqualTo(Map.of("web", MIRRORED_IMAGE.mirrorReference()));
          assertThat(runTask.requiresNetwork()).isTrue();
          assertThat(runTask.startedBy()).isEqualTo("pull-rescue/0d3f6b1c");
          assertThat(runTask.clientToken()).isEqualTo("pull-rescue-0d3f6b1c");
          assertThat(runTask.notes())
              .singleElement()
              .isEqualTo(
                  "it is the execution role shop-execution that has to pull from"
                      + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby");
        });
  }

  @Test
  void notesThatPlacementIsNotKnown() {
    launchType = "EC2";

    assertThat(run(container("web", "ruby:2.7")).notes())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("placement constraints");
  }

  @Test
  void keepsDefinitionThatReferencesMirror() {
    newest = definition(45, container("web", "ruby:3.3"));

    assertThat(run(container("web", MIRROR_REFERENCE)).containerImages()).isEmpty();
  }

  @Test
  void retriesTaskThatReferencesMirror() {
    assertThat(plan(List.of(mirrored(MIRROR_REFERENCE)), container("web", MIRROR_REFERENCE)))
        .asInstanceOf(type(RunTask.class))
        .satisfies(runTask -> assertThat(runTask.containerImages()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "AWS Step Functions,       an execution of AWS Step Functions",
    "events-rule/nightly,      the rule of Amazon EventBridge nightly",
    "chronos-schedule/nightly, the schedule of Amazon EventBridge Scheduler nightly",
    "ecs-svc/2770844949,       a deployment of a service 2770844949"
  })
  void skipsTasksStartedByAwsServices(String initiator, String description) {
    startedBy = initiator;

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .isEqualTo(
            description
                + " started it, and starts the next one; point its task definition at the mirror");
  }

  @Test
  void skipsTasksOfBatchJobs() {
    tags = Map.of("aws:batch:job-queue", "nightly");

    assertThat(skipReason(plan(container("web", "ruby:2.7")))).startsWith("AWS Batch started it");
  }

  @Test
  void skipsTaskStartedByPullRescue() {
    startedBy = "pull-rescue/1e407c2d";

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .contains("was run again from the copy");
  }

  @Test
  void skipsTaskWithOlderRevision() {
    newest = definition(45, container("web", "ruby:3.3"));

    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("moved on to shop-web:45");
  }

  @Test
  void reusesRevisionRegisteredForAnotherTask() {
    newest = definition(42, container("web", MIRRORED_IMAGE.mirrorReference().toString()));

    assertThat(run(container("web", "ruby:2.7")).containerImages()).containsOnlyKeys("web");
  }

  @Test
  void skipsTaskWithUnknownAttachment() {
    attachmentTypes = Set.of("eni", "AmazonElasticBlockStorage");

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .contains("(AmazonElasticBlockStorage)");
  }

  @Test
  void notesRemovedRepositoryCredentials() {
    assertThat(run(new ContainerDefinition("web", "ruby:2.7", true)).notes())
        .contains(
            "the new revision leaves out the repositoryCredentials of its container web, which"
                + " Amazon ECR does not take");
    assertThat(run(container("web", "ruby:2.7")).notes())
        .noneMatch(note -> note.contains("repositoryCredentials"));
  }

  @Test
  void skipsTaskThatCannotPullFromMirror() {
    assertThat(skipReason(plan(container("web", "ruby:3.3")))).contains("an image that was copied");
    executionRole = null;
    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("no execution role");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void retriesTaskWhenTaskOrDefinitionIsTagged(boolean onTask) {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(new NoAction("task 0d3f6b1c has no tag pull-rescue = on"));

    tag(onTask, "on");
    run(container("web", "ruby:2.7"));

    tag(!onTask, "off");
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(new NoAction("task 0d3f6b1c has the tag pull-rescue = off"));
  }

  private void tag(boolean onTask, String value) {
    if (onTask) {
      tags = Map.of("pull-rescue", value);
    } else {
      definitionTags = Map.of("pull-rescue", value);
    }
  }

  private static String skipReason(RunTaskPlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private static MirroredImage mirrored(String image) {
    return new MirroredImage(
        ImageReference.of(image),
        ImageReference.of(MIRROR_REFERENCE),
        Digest.of("ruby".getBytes(StandardCharsets.UTF_8)));
  }

  private static ContainerDefinition container(String name, String image) {
    return new ContainerDefinition(name, image, false);
  }

  private TaskDefinition definition(int revision, ContainerDefinition... containers) {
    return new TaskDefinition(
        ARN_PREFIX + "task-definition/shop-web:" + revision,
        executionRole,
        "awsvpc",
        List.of(containers),
        definitionTags);
  }

  private RunTask run(ContainerDefinition... containers) {
    var plan = plan(containers);
    assertThat(plan).isInstanceOf(RunTask.class);
    return (RunTask) plan;
  }

  private RunTaskPlan plan(ContainerDefinition... containers) {
    return plan(List.of(MIRRORED_IMAGE), containers);
  }

  private RunTaskPlan plan(List<MirroredImage> mirroredImages, ContainerDefinition... containers) {
    var definition = definition(41, containers);
    var task =
        new Task(
            ARN_PREFIX + "task/shop/0d3f6b1c",
            ARN_PREFIX + "cluster/shop",
            definition.arn(),
            "family:shop-web",
            launchType,
            startedBy,
            "STOPPED",
            "",
            List.of(),
            executionRole);
    return new StandaloneTaskPlanner(
            new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES), retryMode)
        .plan(
            new StandaloneTask(task, tags, attachmentTypes, null),
            definition,
            newest == null ? definition : newest,
            mirroredImages);
  }
}
