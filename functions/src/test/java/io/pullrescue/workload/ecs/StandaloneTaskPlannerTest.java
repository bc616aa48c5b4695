package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ecs.RunTaskPlan.NoAction;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.RunTaskPlan.Skip;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

final class StandaloneTaskPlannerTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final String MIRROR_REFERENCE = REGISTRY + "/docker-hub/library/ruby:2.7";
  private static final MirroredImage MIRRORED_IMAGE = mirrored("ruby:2.7");

  private static final Instant NOW = Instant.parse("2026-06-15T10:34:00Z");

  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private List<String> passRoles = List.of("*");
  private Map<String, String> tags = Map.of();
  private Map<String, String> definitionTags = Map.of("pull-rescue", "on");
  private Set<String> attachmentTypes = Set.of("ElasticNetworkInterface");
  private String launchType = "FARGATE";
  private String startedBy = "nightly";
  private @Nullable String executionRole = "arn:aws:iam::123456789012:role/shop-execution";
  private @Nullable String overridingTaskRole;
  private @Nullable TaskDefinitionRevision newest;
  private List<String> containersThatRan = List.of();
  private List<String> unknownSettings = List.of();
  private List<String> unknownOverrides = List.of();
  private Instant stoppedAt = NOW.minus(Duration.ofMinutes(3));

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
                  "the execution role shop-execution needs permission to pull from"
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
    "events-rule/nightly,      the Amazon EventBridge rule nightly",
    "chronos-schedule/nightly, the Amazon EventBridge Scheduler schedule nightly",
    "ecs-svc/2770844949,       the service deployment 2770844949"
  })
  void skipsTasksStartedByAwsServices(String initiator, String description) {
    startedBy = initiator;

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .isEqualTo(
            "it was started by "
                + description
                + ", which starts the next one; use the mirror in its task definition");
  }

  @Test
  void skipsTasksOfBatchJobs() {
    tags = Map.of("aws:batch:job-queue", "nightly");

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .startsWith("it was started by AWS Batch");
  }

  @Test
  void skipsTaskStartedByPullRescue() {
    startedBy = "pull-rescue/1e407c2d";

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .contains("is already a retry with mirrored images");
  }

  @Test
  void skipsTaskWithOlderRevision() {
    newest = definition(45, container("web", "ruby:3.3"));

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .contains("newer revision, shop-web:45");
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
    var withCredentials =
        container("web", "ruby:2.7").toBuilder()
            .repositoryCredentials(credentials -> credentials.credentialsParameter("team-login"))
            .build();

    assertThat(run(withCredentials).notes())
        .contains(
            "the new revision has no repositoryCredentials for container web, because Amazon ECR"
                + " accepts only IAM credentials");
    assertThat(run(container("web", "ruby:2.7")).notes())
        .noneMatch(note -> note.contains("repositoryCredentials"));
  }

  @Test
  void skipsTaskThatCannotPullFromMirror() {
    assertThat(skipReason(plan(container("web", "ruby:3.3")))).contains("uses a mirrored image");
    executionRole = null;
    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("no execution role");
  }

  @Test
  void retriesTaskWhenDefinitionIsTagged() {
    retryMode = WorkloadRetryMode.TAGGED;
    definitionTags = Map.of();
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(
            new NoAction("task 0d3f6b1c has no tag pull-rescue = on, and `ecsRetry` is tagged"));

    definitionTags = Map.of("pull-rescue", "on");
    run(container("web", "ruby:2.7"));

    tags = Map.of("pull-rescue", "off");
    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(new NoAction("task 0d3f6b1c has the tag pull-rescue = off"));
  }

  @Test
  void skipsTaggedTaskOfUntaggedDefinition() {
    retryMode = WorkloadRetryMode.TAGGED;
    definitionTags = Map.of();
    tags = Map.of("pull-rescue", "on");

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .isEqualTo(
            "its task definition shop-web:41 has no tag pull-rescue = on, by which IAM allows the"
                + " start; tag the definition as well");
  }

  @Test
  void skipsTaskWhoseRoleMayNotBePassed() {
    passRoles = List.of("service-role/ecs/*");
    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .isEqualTo(
            "it would run with the role shop-execution, which pull-rescue may not pass; add"
                + " shop-execution to `passRoles`");

    executionRole = "arn:aws:iam::123456789012:role/service-role/ecs/shop";
    run(container("web", "ruby:2.7"));

    overridingTaskRole = "arn:aws:iam::123456789012:role/admin";
    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("the role admin");
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
    return ContainerDefinition.builder().name(name).image(image).build();
  }

  private TaskDefinitionRevision definition(int revision, ContainerDefinition... containers) {
    return new TaskDefinitionRevision(
        TaskDefinition.builder()
            .taskDefinitionArn(ARN_PREFIX + "task-definition/shop-web:" + revision)
            .executionRoleArn(executionRole)
            .networkMode("awsvpc")
            .containerDefinitions(containers)
            .build(),
        sdkTags(definitionTags),
        unknownSettings);
  }

  private static List<Tag> sdkTags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  @Test
  void skipsTaskWhoseContainerRan() {
    containersThatRan = List.of("migrate");

    assertThat(plan(container("web", "ruby:2.7"), container("migrate", "flyway:10")))
        .isEqualTo(
            new Skip(
                "its container migrate ran before the task stopped, and would do its work twice;"
                    + " start the task manually if that does no harm"));
  }

  @Test
  void ignoresContainerOfAwsThatRan() {
    containersThatRan = List.of("aws-guardduty-agent-x1y2z3");

    assertThat(run(container("web", "ruby:2.7")).containerImages()).containsKey("web");
  }

  /** After an hour, ECS may have forgotten that the task was retried. */
  @Test
  void skipsTaskThatStoppedLongAgo() {
    stoppedAt = NOW.minus(Duration.ofMinutes(51));

    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(
            new Skip(
                "it stopped 51 minutes ago, and Amazon ECS tells for an hour only whether a task"
                    + " was retried; start it manually if it is still wanted"));
  }

  /** Apache Airflow, for example, starts a failed task again itself. */
  @Test
  void skipsTaskOfUnknownStarterUnlessTagged() {
    definitionTags = Map.of();

    assertThat(plan(container("web", "ruby:2.7")))
        .isEqualTo(
            new Skip(
                "nobody can tell whether what started it (startedBy "
                    + startedBy
                    + ") starts it again by itself; if not, give its task definition shop-web:41 the"
                    + " tag pull-rescue = on, and start it manually this time"));

    startedBy = "";
    assertThat(((Skip) plan(container("web", "ruby:2.7"))).reason())
        .contains("whether what started it starts it again");

    tags = Map.of("pull-rescue", "on");
    assertThat(plan(container("web", "ruby:2.7"))).isInstanceOf(RunTask.class);
  }

  @Test
  void skipsTaskWithUnknownSettingsByName() {
    unknownSettings = List.of("volumes[0].newConfiguration");
    assertThat(((Skip) plan(container("web", "ruby:2.7"))).reason())
        .startsWith(
            "its definition has settings that this version does not know:"
                + " volumes[0].newConfiguration; update pull-rescue, or register a revision with ");

    unknownOverrides = List.of("containerOverrides[0].newLimit");
    assertThat(((Skip) plan(container("web", "ruby:2.7"))).reason())
        .isEqualTo(
            "it was started with overrides that this version does not know:"
                + " containerOverrides[0].newLimit; start it manually");
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
        Task.builder()
            .taskArn(ARN_PREFIX + "task/shop/0d3f6b1c")
            .taskDefinitionArn(definition.arn())
            .group("family:shop-web")
            .launchType(launchType)
            .startedBy(startedBy)
            .overrides(overrides -> overrides.taskRoleArn(overridingTaskRole))
            .tags(sdkTags(tags))
            .stoppedAt(stoppedAt)
            .containers(
                containersThatRan.stream()
                    .map(name -> Container.builder().name(name).exitCode(0).build())
                    .toList())
            .attachments(
                attachmentTypes.stream()
                    .map(type -> Attachment.builder().type(type).build())
                    .toList())
            .build();
    return new StandaloneTaskPlanner(
            new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES),
            retryMode,
            new PassableRoles(passRoles))
        .plan(
            new EcsTask(task, definition, unknownOverrides),
            definition,
            newest == null ? definition : newest,
            mirroredImages,
            NOW);
  }
}
