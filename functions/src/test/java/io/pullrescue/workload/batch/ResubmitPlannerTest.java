package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.batch.ResubmitPlan.NoAction;
import io.pullrescue.workload.batch.ResubmitPlan.Skip;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import io.pullrescue.workload.batch.SubmittedJob.Kind;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  private Kind kind = Kind.SINGLE;
  private String platform = "EC2";
  private boolean managedByStepFunctions;
  private boolean hadDependencies;
  private Map<String, String> tags = Map.of();
  private @Nullable String executionRole;
  private @Nullable JobDefinition newest;

  @Test
  void replacesImageOnlyInContainersThatUseIt() {
    var plan = submit(container("report", "python:3.12"), container("log", "redis:7"));

    assertThat(plan.containerImages())
        .isEqualTo(Map.of("report", MIRRORED_IMAGE.mirrorReference()));
    assertThat(plan.notes())
        .first()
        .isEqualTo(
            "it is the role of the container instances that has to pull from"
                + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/python");
    assertThat(plan.notes()).last().asString().startsWith("jobs that waited for it");
  }

  @Test
  void notesThatNewJobHasNoDependencies() {
    hadDependencies = true;

    assertThat(submit(container("default", "python:3.12")).notes())
        .last()
        .asString()
        .contains("the new one waits for none");
  }

  @Test
  void keepsDefinitionThatReferencesMirror() {
    newest = definition(45, container("default", "python:3.13"));

    assertThat(submit(container("default", MIRROR_REFERENCE)).containerImages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ARRAY,         it is an array of jobs",
    "MULTI_NODE, it is a job of several nodes",
    "EKS,          it is a job on Amazon EKS"
  })
  void skipsUnsupportedJobKinds(Kind other, String reason) {
    kind = other;

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .startsWith(reason)
        .endsWith("submit it again from " + MIRRORED_IMAGE.mirrorReference());
  }

  @Test
  void skipsJobManagedByStepFunctions() {
    managedByStepFunctions = true;

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .startsWith("an execution of AWS Step Functions submitted it");
  }

  @Test
  void skipsJobSubmittedByPullRescue() {
    tags = Map.of(SubmittedJob.ORIGIN_TAG, "job-1");

    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .contains("was submitted again from the copy already");
  }

  @Test
  void skipsJobWithOlderRevision() {
    newest = definition(45, container("default", "python:3.13"));
    assertThat(skipReason(plan(container("default", "python:3.12"))))
        .contains("moved on to nightly:45");

    newest = definition(13, container("default", MIRRORED_IMAGE.mirrorReference().toString()));
    assertThat(submit(container("default", "python:3.12")).containerImages()).hasSize(1);
  }

  @Test
  void notesRemovedRepositoryCredentials() {
    assertThat(submit(new ContainerDefinition("default", "python:3.12", true)).notes())
        .contains(
            "the new revision leaves out the repositoryCredentials of its container default, which"
                + " Amazon ECR does not take");
  }

  @Test
  void skipsFargateJobWithoutExecutionRole() {
    platform = "FARGATE";
    assertThat(skipReason(plan(container("default", "python:3.12")))).contains("no execution role");
    executionRole = "arn:aws:iam::123456789012:role/nightly";
    submit(container("default", "python:3.12"));
  }

  @Test
  void tagOptsInSingleJob() {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(plan(container("default", "python:3.12")))
        .isEqualTo(new NoAction("job job-1 has no tag pull-rescue = on"));

    tags = Map.of("pull-rescue", "on");
    submit(container("default", "python:3.12"));
  }

  private static String skipReason(ResubmitPlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private SubmitJob submit(ContainerDefinition... containers) {
    var plan = plan(containers);
    assertThat(plan).isInstanceOf(SubmitJob.class);
    return (SubmitJob) plan;
  }

  private static ContainerDefinition container(String name, String image) {
    return new ContainerDefinition(name, image, false);
  }

  private static JobDefinition definition(int revision, ContainerDefinition... containers) {
    return new JobDefinition(
        ARN_PREFIX + "job-definition/nightly:" + revision, List.of(containers), Map.of());
  }

  private ResubmitPlan plan(ContainerDefinition... containers) {
    var definition = definition(12, containers);
    var job =
        new BatchJob(
            "job-1",
            ARN_PREFIX + "job-queue/nightly",
            definition.arn(),
            "FAILED",
            "",
            List.of(),
            executionRole);
    return new ResubmitPlanner(new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES), retryMode)
        .plan(
            new SubmittedJob(job, kind, platform, managedByStepFunctions, hadDependencies, tags),
            definition,
            newest == null ? definition : newest,
            List.of(MIRRORED_IMAGE));
  }
}
