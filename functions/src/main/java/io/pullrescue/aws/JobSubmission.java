package io.pullrescue.aws;

import io.pullrescue.retry.SubmittedJob;
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
record JobSubmission(JobDetail job, String definition) {
  /** Tags and variables that AWS itself writes, and nobody else may. */
  private static final String RESERVED_TAG = "aws:";

  private static final String RESERVED_VARIABLE = "AWS_BATCH";

  SubmitJobRequest request() {
    return SubmitJobRequest.builder()
        .jobName(job.jobName())
        .jobQueue(job.jobQueue())
        .jobDefinition(definition)
        .shareIdentifier(job.shareIdentifier())
        .schedulingPriorityOverride(job.schedulingPriority())
        .parameters(job.hasParameters() ? job.parameters() : null)
        .retryStrategy(job.retryStrategy())
        .timeout(job.timeout())
        .propagateTags(job.propagateTags())
        .tags(tags())
        .consumableResourcePropertiesOverride(job.consumableResourceProperties())
        .containerOverrides(only(job.container()))
        .ecsPropertiesOverride(several(job.ecsProperties()))
        .build();
  }

  /** The tag by which the new job is found again is the only new one. */
  private Map<String, String> tags() {
    var tags = new LinkedHashMap<String, String>();
    job.tags()
        .forEach((name, value) -> {
          if (!name.startsWith(RESERVED_TAG) && !value.equals(job.jobArn())) {
            tags.put(name, value);
          }
        });
    tags.put(SubmittedJob.ORIGIN, job.jobId());
    return tags;
  }

  private static @Nullable ContainerOverrides only(@Nullable ContainerDetail container) {
    if (container == null) {
      return null;
    }
    var overrides =
        ContainerOverrides.builder()
            .instanceType(container.instanceType())
            .environment(environment(container.environment()));
    if (!container.command().isEmpty()) {
      overrides.command(container.command());
    }
    var needs = needs(container);
    return needs.isEmpty() ? overrides.build() : overrides.resourceRequirements(needs).build();
  }

  /** Older definitions have fields of their own for what is one list by now. */
  private static List<ResourceRequirement> needs(ContainerDetail container) {
    return container.resourceRequirements().isEmpty()
        ? Stream.concat(
                need(ResourceType.VCPU, container.vcpus()),
                need(ResourceType.MEMORY, container.memory()))
            .toList()
        : container.resourceRequirements();
  }

  private static Stream<ResourceRequirement> need(ResourceType type, @Nullable Integer value) {
    return Stream.ofNullable(value)
        .map(it -> ResourceRequirement.builder().type(type).value(String.valueOf(it)).build());
  }

  private static @Nullable EcsPropertiesOverride several(@Nullable EcsPropertiesDetail properties) {
    return properties == null
        ? null
        : EcsPropertiesOverride.builder()
            .taskProperties(properties.taskProperties().stream().map(JobSubmission::task).toList())
            .build();
  }

  private static TaskPropertiesOverride task(EcsTaskDetails task) {
    return TaskPropertiesOverride.builder()
        .containers(task.containers().stream().map(JobSubmission::container).toList())
        .build();
  }

  private static TaskContainerOverrides container(TaskContainerDetails container) {
    var overrides =
        TaskContainerOverrides.builder()
            .name(container.name())
            .environment(environment(container.environment()));
    if (!container.command().isEmpty()) {
      overrides.command(container.command());
    }
    if (!container.resourceRequirements().isEmpty()) {
      overrides.resourceRequirements(container.resourceRequirements());
    }
    return overrides.build();
  }

  private static List<KeyValuePair> environment(List<KeyValuePair> environment) {
    return environment.stream().filter(it -> !it.name().startsWith(RESERVED_VARIABLE)).toList();
  }
}
