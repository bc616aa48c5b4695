package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pullrescue.retry.SubmittedJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.ContainerOverrides;
import software.amazon.awssdk.services.batch.model.EcsPropertiesDetail;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.ResourceRequirement;
import software.amazon.awssdk.services.batch.model.SubmitJobRequest;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;

/** Holds for every field that this SDK knows, and fails for the next one that it could not keep. */
final class JobSubmissionTest {
  private final JobDetail job = (JobDetail) EveryField.of(JobDetail.builder());

  @Test
  void theNewJobIsLikeTheOneThatFailed() {
    var request = request(job);

    assertThat(request.jobName()).isEqualTo(job.jobName());
    assertThat(request.jobQueue()).isEqualTo(job.jobQueue());
    assertThat(request.jobDefinition()).isEqualTo("nightly:13");
    assertThat(request.shareIdentifier()).isEqualTo(job.shareIdentifier());
    assertThat(request.schedulingPriorityOverride()).isEqualTo(job.schedulingPriority());
    assertThat(request.parameters()).isEqualTo(job.parameters());
    assertThat(request.retryStrategy()).isEqualTo(job.retryStrategy());
    assertThat(request.timeout()).isEqualTo(job.timeout());
    assertThat(request.propagateTags()).isEqualTo(job.propagateTags());
    assertThat(request.consumableResourcePropertiesOverride())
        .isEqualTo(job.consumableResourceProperties());
  }

  @Test
  void onlyWhatIsRefusedOrOverIsLeftOut() {
    var unset =
        request(job).sdkFields().stream()
            .filter(field -> isUnset(field.getValueOrDefault(request(job))))
            .map(SdkField::memberName);

    assertThat(unset)
        .containsExactlyInAnyOrder(
            "arrayProperties", "dependsOn", "nodeOverrides", "eksPropertiesOverride");
  }

  private static boolean isUnset(Object value) {
    return value == null || (value instanceof List<?> list && list.isEmpty());
  }

  @Test
  void itsContainerRunsTheSameCommandWithTheSameEnvironmentAndNeeds() {
    var ran = job.container();
    var overrides = request(job).containerOverrides();

    assertThat(overrides.command()).isEqualTo(ran.command());
    assertThat(overrides.environment()).isEqualTo(ran.environment());
    assertThat(overrides.resourceRequirements()).isEqualTo(ran.resourceRequirements());
    assertThat(overrides.instanceType()).isEqualTo(ran.instanceType());
  }

  @Test
  void itsContainersRunTheSameCommandsWithTheSameEnvironmentsAndNeeds() {
    var ran = job.ecsProperties().taskProperties().getFirst().containers().getFirst();

    assertThat(request(job).ecsPropertiesOverride().taskProperties().getFirst().containers())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.name()).isEqualTo(ran.name());
          assertThat(it.command()).isEqualTo(ran.command());
          assertThat(it.environment()).isEqualTo(ran.environment());
          assertThat(it.resourceRequirements()).isEqualTo(ran.resourceRequirements());
        });
  }

  @Test
  void theNeedsOfOlderDefinitionsAreToldAsTheyAreByNow() {
    var old = ContainerDetail.builder().vcpus(2).memory(4096).build();

    assertThat(overrides(old).resourceRequirements())
        .extracting(ResourceRequirement::typeAsString, ResourceRequirement::value)
        .containsExactly(tuple("VCPU", "2"), tuple("MEMORY", "4096"));
  }

  @Test
  void whatWasLeftToTheDefinitionIsLeftToItAgain() {
    var bare = overrides(ContainerDetail.builder().build());

    assertThat(bare.hasCommand()).isFalse();
    assertThat(bare.hasResourceRequirements()).isFalse();

    var report = TaskContainerDetails.builder().name("report").build();
    var task = EcsTaskDetails.builder().containers(report).build();
    var several =
        request(
            job.toBuilder()
                .container((ContainerDetail) null)
                .ecsProperties(EcsPropertiesDetail.builder().taskProperties(task).build())
                .build());
    assertThat(several.containerOverrides()).isNull();
    assertThat(several.ecsPropertiesOverride().taskProperties().getFirst().containers())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.hasCommand()).isFalse();
          assertThat(it.hasResourceRequirements()).isFalse();
        });
  }

  @Test
  void variablesThatBatchWritesAreLeftToBatch() {
    var mine = KeyValuePair.builder().name("MODE").value("full").build();
    var its = KeyValuePair.builder().name("AWS_BATCH_JOB_ID").value("1").build();

    assertThat(overrides(ContainerDetail.builder().environment(mine, its).build()).environment())
        .containsExactly(mine);
  }

  @Test
  void itsTagsAreKeptAndSayWhichJobItStandsFor() {
    var tagged =
        job.toBuilder()
            .tags(Map.of("team", "shop", "aws:batch:x", "y", "resourceArn", job.jobArn()))
            .build();

    assertThat(request(tagged).tags())
        .isEqualTo(Map.of("team", "shop", SubmittedJob.ORIGIN, job.jobId()));
  }

  private ContainerOverrides overrides(ContainerDetail container) {
    return request(job.toBuilder().container(container).build()).containerOverrides();
  }

  private static SubmitJobRequest request(JobDetail job) {
    return new JobSubmission(job, "nightly:13").request();
  }
}
