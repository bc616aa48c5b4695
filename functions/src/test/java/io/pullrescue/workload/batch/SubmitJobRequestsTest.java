package io.pullrescue.workload.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pullrescue.testing.FullyPopulatedModel;
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

/** Covers every field of the SDK model, so that a new field that is not copied fails a test. */
final class SubmitJobRequestsTest {
  private final JobDetail job = (JobDetail) FullyPopulatedModel.of(JobDetail.builder());

  @Test
  void copiesSettingsOfFailedJob() {
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
  void omitsOnlyUnsupportedFields() {
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
  void copiesCommandEnvironmentAndResourcesOfContainer() {
    var original = job.container();
    var overrides = request(job).containerOverrides();

    assertThat(overrides.command()).isEqualTo(original.command());
    assertThat(overrides.environment()).isEqualTo(original.environment());
    assertThat(overrides.resourceRequirements()).isEqualTo(original.resourceRequirements());
    assertThat(overrides.instanceType()).isEqualTo(original.instanceType());
  }

  @Test
  void copiesCommandEnvironmentAndResourcesOfTaskContainers() {
    var original = job.ecsProperties().taskProperties().getFirst().containers().getFirst();

    assertThat(request(job).ecsPropertiesOverride().taskProperties().getFirst().containers())
        .singleElement()
        .satisfies(taskContainerOverrides -> {
          assertThat(taskContainerOverrides.name()).isEqualTo(original.name());
          assertThat(taskContainerOverrides.command()).isEqualTo(original.command());
          assertThat(taskContainerOverrides.environment()).isEqualTo(original.environment());
          assertThat(taskContainerOverrides.resourceRequirements())
              .isEqualTo(original.resourceRequirements());
        });
  }

  @Test
  void convertsVcpusAndMemoryToResourceRequirements() {
    var old = ContainerDetail.builder().vcpus(2).memory(4096).build();

    assertThat(overrides(old).resourceRequirements())
        .extracting(ResourceRequirement::typeAsString, ResourceRequirement::value)
        .containsExactly(tuple("VCPU", "2"), tuple("MEMORY", "4096"));
  }

  @Test
  void doesNotOverrideUnsetFields() {
    var emptyOverrides = overrides(ContainerDetail.builder().build());

    assertThat(emptyOverrides.hasCommand()).isFalse();
    assertThat(emptyOverrides.hasResourceRequirements()).isFalse();

    var report = TaskContainerDetails.builder().name("report").build();
    var task = EcsTaskDetails.builder().containers(report).build();
    var multiple =
        request(
            job.toBuilder()
                .container((ContainerDetail) null)
                .ecsProperties(EcsPropertiesDetail.builder().taskProperties(task).build())
                .build());
    assertThat(multiple.containerOverrides()).isNull();
    assertThat(multiple.ecsPropertiesOverride().taskProperties().getFirst().containers())
        .singleElement()
        .satisfies(taskContainerOverrides -> {
          assertThat(taskContainerOverrides.hasCommand()).isFalse();
          assertThat(taskContainerOverrides.hasResourceRequirements()).isFalse();
        });
  }

  @Test
  void omitsVariablesReservedByBatch() {
    var userVariable = KeyValuePair.builder().name("MODE").value("full").build();
    var batchVariable = KeyValuePair.builder().name("AWS_BATCH_JOB_ID").value("1").build();

    assertThat(
            overrides(ContainerDetail.builder().environment(userVariable, batchVariable).build())
                .environment())
        .containsExactly(userVariable);
  }

  @Test
  void keepsTagsAndAddsOriginTag() {
    var tagged =
        job.toBuilder()
            .tags(Map.of("team", "shop", "aws:batch:x", "y", "resourceArn", job.jobArn()))
            .build();

    assertThat(request(tagged).tags())
        .isEqualTo(Map.of("team", "shop", BatchJob.ORIGIN_TAG, job.jobId()));
  }

  private ContainerOverrides overrides(ContainerDetail container) {
    return request(job.toBuilder().container(container).build()).containerOverrides();
  }

  private static SubmitJobRequest request(JobDetail job) {
    return new SubmitJobRequests(job, "nightly:13").request();
  }
}
