package io.pullrescue.workload.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.ContainerOverrides;
import software.amazon.awssdk.services.batch.model.EcsPropertiesDetail;
import software.amazon.awssdk.services.batch.model.EcsPropertiesOverride;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.ResourceRequirement;
import software.amazon.awssdk.services.batch.model.ResourceType;
import software.amazon.awssdk.services.batch.model.SubmitJobRequest;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;
import software.amazon.awssdk.services.batch.model.TaskContainerOverrides;
import software.amazon.awssdk.services.batch.model.TaskPropertiesOverride;

/**
 * The request for the same job again, with another job definition.
 *
 * <p>What a job ran with is told together with what its definition says; all of it is overridden
 * again, which comes to the same.
 */
record SubmitJobRequests(JobDetail job, String jobDefinition) {
  /** Tags and variables that AWS itself writes, and nobody else may. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  private static final String RESERVED_VARIABLE_PREFIX = "AWS_BATCH";

  SubmitJobRequest request() {
    return SubmitJobRequest.builder()
        .jobName(job.jobName())
        .jobQueue(job.jobQueue())
        .jobDefinition(jobDefinition)
        .shareIdentifier(job.shareIdentifier())
        .schedulingPriorityOverride(job.schedulingPriority())
        .parameters(job.hasParameters() ? job.parameters() : null)
        .retryStrategy(job.retryStrategy())
        .timeout(job.timeout())
        .propagateTags(job.propagateTags())
        .tags(tags())
        .consumableResourcePropertiesOverride(job.consumableResourceProperties())
        .containerOverrides(containerOverrides(job.container()))
        .ecsPropertiesOverride(ecsPropertiesOverride(job.ecsProperties()))
        .build();
  }

  /** The tag by which the new job is found again is the only new one. */
  private Map<String, String> tags() {
    var tags = new LinkedHashMap<String, String>();
    job.tags()
        .forEach((name, value) -> {
          if (!name.startsWith(RESERVED_TAG_PREFIX) && !value.equals(job.jobArn())) {
            tags.put(name, value);
          }
        });
    tags.put(SubmittedJob.ORIGIN_TAG, job.jobId());
    return tags;
  }

  private static @Nullable ContainerOverrides containerOverrides(
      @Nullable ContainerDetail container) {
    if (container == null) {
      return null;
    }
    var overrides =
        ContainerOverrides.builder()
            .instanceType(container.instanceType())
            .environment(withoutReservedVariables(container.environment()));
    if (!container.command().isEmpty()) {
      overrides.command(container.command());
    }
    var requirements = resourceRequirements(container);
    return requirements.isEmpty()
        ? overrides.build()
        : overrides.resourceRequirements(requirements).build();
  }

  /** Older definitions have fields of their own for what is one list by now. */
  private static List<ResourceRequirement> resourceRequirements(ContainerDetail container) {
    return container.resourceRequirements().isEmpty()
        ? Stream.concat(
                resourceRequirement(ResourceType.VCPU, container.vcpus()),
                resourceRequirement(ResourceType.MEMORY, container.memory()))
            .toList()
        : container.resourceRequirements();
  }

  private static Stream<ResourceRequirement> resourceRequirement(
      ResourceType type, @Nullable Integer value) {
    return Stream.ofNullable(value)
        .map(number ->
            ResourceRequirement.builder().type(type).value(String.valueOf(number)).build());
  }

  private static @Nullable EcsPropertiesOverride ecsPropertiesOverride(
      @Nullable EcsPropertiesDetail properties) {
    return properties == null
        ? null
        : EcsPropertiesOverride.builder()
            .taskProperties(
                properties.taskProperties().stream()
                    .map(SubmitJobRequests::taskPropertiesOverride)
                    .toList())
            .build();
  }

  private static TaskPropertiesOverride taskPropertiesOverride(EcsTaskDetails task) {
    return TaskPropertiesOverride.builder()
        .containers(
            task.containers().stream().map(SubmitJobRequests::taskContainerOverrides).toList())
        .build();
  }

  private static TaskContainerOverrides taskContainerOverrides(TaskContainerDetails container) {
    var overrides =
        TaskContainerOverrides.builder()
            .name(container.name())
            .environment(withoutReservedVariables(container.environment()));
    if (!container.command().isEmpty()) {
      overrides.command(container.command());
    }
    if (!container.resourceRequirements().isEmpty()) {
      overrides.resourceRequirements(container.resourceRequirements());
    }
    return overrides.build();
  }

  private static List<KeyValuePair> withoutReservedVariables(List<KeyValuePair> environment) {
    return environment.stream()
        .filter(keyValuePair -> !keyValuePair.name().startsWith(RESERVED_VARIABLE_PREFIX))
        .toList();
  }
}
