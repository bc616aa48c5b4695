package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.batch.BatchJob.Kind;
import io.pullrescue.workload.batch.ResubmitPlan.NoAction;
import io.pullrescue.workload.batch.ResubmitPlan.Skip;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.batch.model.EcsTaskProperties;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.JobDependency;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.PlatformCapability;
import software.amazon.awssdk.services.batch.model.TaskContainerProperties;

final class ResubmitPlannerTest {
  private static final String ARN_PREFIX = "arn:aws:batch:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final String MIRROR_REFERENCE = REGISTRY + "/docker-hub/library/python:3.12";
  private static final MirroredImage MIRRORED_IMAGE =
      new MirroredImage(
          ImageReference.of("python:3.12"),
          ImageReference.of(MIRROR_REFERENCE),
          Digest.of("python".getBytes(StandardCharsets.UTF_8)));

  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private List<String> passRoles = List.of("*");
  private Map<String, String> definitionTags = Map.of();
  private @Nullable String taskRole;
  private final JobDetail.Builder job =
      JobDetail.builder()
          .jobId("job-1")
          .jobQueue(ARN_PREFIX + "job-queue/nightly")
          .status("FAILED");
  private @Nullable JobDefinitionRevision newest;

  @Test
  void replacesImageOnlyInContainersThatUseIt() {
    var plan = submit(container("report", "python:3.12"), container("log", "redis:7"));

    assertThat(plan.containerImages())
        .isEqualTo(Map.of("report", MIRRORED_IMAGE.mirrorReference()));
    assertThat(plan.notes())
        .first()
        .isEqualTo(
            "the role of the container instances needs permission to pull from"
                + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/python");
    assertThat(plan.notes()).last().asString().startsWith("jobs that depend on it");
  }

  @Test
  void notesThatNewJobHasNoDependencies() {
    job.dependsOn(JobDependency.builder().jobId("job-0").build());

    assertThat(submit(container("default", "python:3.12")).notes())
        .last()
        .asString()
        .contains("the new job has no dependencies");
  }

  @Test
  void keepsDefinitionThatReferencesMirror() {
    newest = definition(45, container("default", "python:3.13"));

    assertThat(submit(container("default", MIRROR_REFERENCE)).containerImages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ARRAY,         it is an array job",
    "MULTI_NODE, it is a multi-node parallel job",
    "EKS,          it is a job on Amazon EKS"
  })
  void skipsUnsupportedJobKinds(Kind kind, String reason) {
    switch (kind) {
      case ARRAY -> job.arrayProperties(array -> array.size(2));
      case MULTI_NODE -> job.nodeProperties(nodes -> nodes.numNodes(2));
      case EKS -> job.eksProperties(eks -> {});
      case SINGLE -> throw new IllegalArgumentException("a supported kind");
    }

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .startsWith(reason)
        .endsWith("submit it again with " + MIRRORED_IMAGE.mirrorReference());
  }

  @Test
  void skipsJobManagedByStepFunctions() {
    job.tags(Map.of("MANAGED_BY_AWS", "STARTED_BY_STEP_FUNCTIONS"));

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .startsWith("it was submitted by an execution of AWS Step Functions");
  }

  @Test
  void skipsJobSubmittedByPullRescue() {
    job.tags(Map.of(BatchJob.ORIGIN_TAG, "job-1"));

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .contains("is already a retry with mirrored images");
  }

  @Test
  void skipsJobWithOlderRevision() {
    newest = definition(45, container("default", "python:3.13"));
    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .contains("newer revision, nightly:45");

    newest = definition(13, container("default", MIRRORED_IMAGE.mirrorReference().toString()));
    assertThat(submit(container("default", "python:3.12")).containerImages()).hasSize(1);
  }

  @Test
  void notesRemovedRepositoryCredentials() {
    var withCredentials =
        container("default", "python:3.12").toBuilder()
            .repositoryCredentials(credentials -> credentials.credentialsParameter("team-login"))
            .build();

    assertThat(submit(withCredentials).notes())
        .contains(
            "the new revision has no repositoryCredentials for container default, because Amazon ECR"
                + " accepts only IAM credentials");
  }

  @Test
  void skipsFargateJobWithoutExecutionRole() {
    job.platformCapabilities(PlatformCapability.FARGATE);
    assertThat(skipReason(plan(container("default", "python:3.12")))).contains("no execution role");
    var role = "arn:aws:iam::123456789012:role/nightly";
    job.container(container -> container.executionRoleArn(role));
    submit(container("default", "python:3.12"));
  }

  @Test
  void submitsJobWhenDefinitionIsTagged() {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(plan(container("default", "python:3.12")))
        .isEqualTo(
            new NoAction("job job-1 has no tag pull-rescue = on, and `batchRetry` is tagged"));

    job.tags(Map.of("pull-rescue", "on"));
    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .isEqualTo(
            "its job definition nightly:12 has no tag pull-rescue = on, by which IAM allows the"
                + " start; tag the definition as well");

    definitionTags = Map.of("pull-rescue", "on");
    submit(container("default", "python:3.12"));
  }

  @Test
  void skipsJobWhoseRoleMayNotBePassed() {
    passRoles = List.of("batch-*");
    taskRole = "arn:aws:iam::123456789012:role/batch-nightly";
    submit(container("default", "python:3.12"));

    taskRole = "arn:aws:iam::123456789012:role/admin";
    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .contains("the role admin", "`passRoles`");
  }

  private static String skipReason(ResubmitPlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private SubmitJob submit(TaskContainerProperties... containers) {
    var plan = plan(containers);
    assertThat(plan).isInstanceOf(SubmitJob.class);
    return (SubmitJob) plan;
  }

  private static TaskContainerProperties container(String name, String image) {
    return TaskContainerProperties.builder().name(name).image(image).build();
  }

  private JobDefinitionRevision definition(int revision, TaskContainerProperties... containers) {
    var task = EcsTaskProperties.builder().containers(containers).taskRoleArn(taskRole).build();
    return new JobDefinitionRevision(
        JobDefinition.builder()
            .jobDefinitionArn(ARN_PREFIX + "job-definition/nightly:" + revision)
            .ecsProperties(properties -> properties.taskProperties(task))
            .tags(definitionTags)
            .build(),
        Map.of());
  }

  private ResubmitPlan plan(TaskContainerProperties... containers) {
    var definition = definition(12, containers);
    return new ResubmitPlanner(
            new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES),
            retryMode,
            new PassableRoles(passRoles))
        .plan(
            new BatchJob(job.jobDefinition(definition.arn()).build(), Map.of()),
            definition,
            newest == null ? definition : newest,
            List.of(MIRRORED_IMAGE));
  }
}
