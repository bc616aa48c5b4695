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
 * Builds the request that submits a job again with another job definition.
 *
 * <p>DescribeJobs merges the overrides of a job with its definition, so the request overrides all
 * of them, which has the same effect.
 *
 * @param job as DescribeJobs returns it
 * @param jobDefinition the ARN of the revision to submit
 */
record SubmitJobRequests(JobDetail job, String jobDefinition) {
  /** AWS reserves this prefix, and rejects a request that sets such a tag. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /** Batch sets these variables itself, and rejects a request that sets them. */
  private static final String RESERVED_VARIABLE_PREFIX = "AWS_BATCH";

  SubmitJobRequest request() {
    return SubmitJobRequest.builder()
        .jobName(job.jobName())
        .jobQueue(job.jobQueue())
        .jobDefinition(jobDefinition)
        .shareIdentifier(job.shareIdentifier())
        .schedulingPriorityOverride(schedulingPriority())
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

  /**
   * The priority applies within a share identifier, which jobs have in queues with a fair-share
   * policy only.
   *
   * @see <a href="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html">
   *     SubmitJob</a>
   */
  private @Nullable Integer schedulingPriority() {
    return job.shareIdentifier() == null ? null : job.schedulingPriority();
  }

  /** Keeps the tags of the owner, and adds the id of the original, by which the job is found. */
  private Map<String, String> tags() {
    var tags = new LinkedHashMap<String, String>();
    job.tags()
        .forEach((name, value) -> {
          if (!name.startsWith(RESERVED_TAG_PREFIX) && !value.equals(job.jobArn())) {
            tags.put(name, value);
          }
        });
    tags.put(BatchJob.ORIGIN_TAG, job.jobId());
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

  /** Older definitions have {@code vcpus} and {@code memory} in place of this list. */
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
        .filter(variable -> !variable.name().startsWith(RESERVED_VARIABLE_PREFIX))
        .toList();
  }
}
