package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Job;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.JobPlan.Leave;
import io.pullrescue.retry.JobPlan.Nothing;
import io.pullrescue.retry.JobPlan.SubmitJob;
import io.pullrescue.retry.SubmittedJob.Kind;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobPlannerTest {
  private static final String HERE = "arn:aws:batch:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final String IN_MIRROR = REGISTRY + "/docker-hub/library/python:3.12";
  private static final Copy COPY =
      new Copy(
          ImageReference.of("python:3.12"),
          ImageReference.of(IN_MIRROR),
          Digest.of("python".getBytes(StandardCharsets.UTF_8)));

  private WorkloadChanges changes = WorkloadChanges.ALL;
  private Kind kind = Kind.ONE_TASK;
  private String platform = "EC2";
  private boolean owned;
  private boolean waited;
  private Map<String, String> tags = Map.of();
  private @Nullable String role;
  private @Nullable JobDefinition newest;

  @Test
  void submitsItWithTheCopyInTheContainersOfThatImageAlone() {
    var plan = submit(container("report", "python:3.12"), container("log", "redis:7"));

    assertThat(plan.images()).isEqualTo(Map.of("report", COPY.copy()));
    assertThat(plan.remarks())
        .first()
        .isEqualTo(
            "it is the role of the container instances that has to pull from"
                + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/python");
    assertThat(plan.remarks()).last().asString().startsWith("jobs that waited for it");
  }

  @Test
  void saysThatTheNewJobWaitsForNone() {
    waited = true;

    assertThat(submit(container("default", "python:3.12")).remarks())
        .last()
        .asString()
        .contains("the new one waits for none");
  }

  @Test
  void submitsTheSameDefinitionWhereThatNamesTheMirror() {
    newest = definition(45, container("default", "python:3.13"));

    assertThat(submit(container("default", IN_MIRROR)).images()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ARRAY,         it is an array of jobs",
    "SEVERAL_NODES, it is a job of several nodes",
    "PODS,          it is a job on Amazon EKS"
  })
  void refusesByNameWhatCannotBeKept(Kind other, String why) {
    kind = other;

    assertThat(why(plan(container("default", "python:3.12"))))
        .startsWith(why)
        .endsWith("submit it again from " + COPY.copy());
  }

  @Test
  void refusesWhatStepFunctionsWaitsFor() {
    owned = true;

    assertThat(why(plan(container("default", "python:3.12"))))
        .startsWith("an execution of AWS Step Functions submitted it");
  }

  @Test
  void neverSubmitsItsOwnJobAgain() {
    tags = Map.of(SubmittedJob.ORIGIN, "job-1");

    assertThat(why(plan(container("default", "python:3.12"))))
        .contains("was submitted again from the copy already");
  }

  @Test
  void refusesAnOlderRevisionThanTheNewest() {
    newest = definition(45, container("default", "python:3.13"));
    assertThat(why(plan(container("default", "python:3.12")))).contains("moved on to nightly:45");

    newest = definition(13, container("default", COPY.copy().toString()));
    assertThat(submit(container("default", "python:3.12")).images()).hasSize(1);
  }

  @Test
  void refusesWhatCouldNotPullTheCopy() {
    assertThat(why(plan(new ContainerDefinition("default", "python:3.12", true))))
        .contains("repositoryCredentials");
    platform = "FARGATE";
    assertThat(why(plan(container("default", "python:3.12")))).contains("no execution role");
    role = "arn:aws:iam::123456789012:role/nightly";
    submit(container("default", "python:3.12"));
  }

  @Test
  void aTagAsksForOneJob() {
    changes = WorkloadChanges.TAGGED;
    assertThat(plan(container("default", "python:3.12")))
        .isEqualTo(new Nothing("job job-1 has no tag pull-rescue = on"));

    tags = Map.of("pull-rescue", "on");
    submit(container("default", "python:3.12"));
  }

  private static String why(JobPlan plan) {
    assertThat(plan).isInstanceOf(Leave.class);
    return ((Leave) plan).why();
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
        HERE + "job-definition/nightly:" + revision, List.of(containers), Map.of());
  }

  private JobPlan plan(ContainerDefinition... containers) {
    var definition = definition(12, containers);
    var job =
        new Job(
            "job-1", HERE + "job-queue/nightly", definition.arn(), "FAILED", "", List.of(), role);
    return new JobPlanner(new Mirror(REGISTRY, Mirror.CUSTOMARY_PREFIXES), changes)
        .plan(
            new SubmittedJob(job, kind, platform, owned, waited, tags),
            definition,
            newest == null ? definition : newest,
            List.of(COPY));
  }
}
