package io.pullrescue.workload.ecs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * Builds the request that runs a task again with another task definition.
 *
 * @param task as DescribeTasks returns it, with its tags
 * @param definition the revision that the task was started from
 * @param taskDefinition the ARN of the revision to run, which has containers of the same names
 */
record RunTaskRequests(Task task, TaskDefinitionRevision definition, String taskDefinition) {
  /** AWS reserves this prefix, and rejects a request that sets such a tag. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /** ECS adds tags with this prefix if {@code enableECSManagedTags} is set. */
  private static final String MANAGED_TAG_PREFIX = "aws:ecs:";

  /** ECS puts a task without a group into the group of its task definition's family. */
  private static final String DEFAULT_GROUP_PREFIX = "family:";

  /**
   * Returns the request.
   *
   * @param network where the task has its network interface; null if it has none of its own
   */
  RunTaskRequest request(
      String startedBy, String clientToken, @Nullable AwsVpcConfiguration network) {
    var request =
        RunTaskRequest.builder()
            .cluster(task.clusterArn())
            .taskDefinition(taskDefinition)
            .count(1)
            .overrides(overrides())
            .platformVersion(task.platformVersion())
            .enableExecuteCommand(task.enableExecuteCommand())
            .enableECSManagedTags(
                task.tags().stream().anyMatch(tag -> hasPrefix(tag, MANAGED_TAG_PREFIX)))
            .startedBy(startedBy)
            .clientToken(clientToken);
    if (task.group() != null && !task.group().startsWith(DEFAULT_GROUP_PREFIX)) {
      request.group(task.group());
    }
    var tags = userTags();
    if (!tags.isEmpty()) { // ECS rejects an empty list.
      request.tags(tags);
    }
    if (network != null) {
      request.networkConfiguration(
          NetworkConfiguration.builder().awsvpcConfiguration(network).build());
    }
    setPlacement(request);
    return request.build();
  }

  /**
   * RunTask accepts only one of both; a task with a capacity provider has a launch type as well.
   */
  private void setPlacement(RunTaskRequest.Builder request) {
    if (task.capacityProviderName() == null) {
      request.launchType(task.launchTypeAsString());
    } else {
      request.capacityProviderStrategy(
          CapacityProviderStrategyItem.builder()
              .capacityProvider(task.capacityProviderName())
              .weight(1)
              .build());
    }
  }

  /**
   * DescribeTasks lists containers that AWS adds as well, such as the agent of Amazon GuardDuty.
   * RunTask rejects an override for a container that the definition does not have.
   *
   * @see <a href="https://github.com/azavea/django-ecsmanage/issues/21">Override for container is
   *     not a container in the TaskDefinition</a>
   */
  private @Nullable TaskOverride overrides() {
    var overrides = task.overrides();
    return overrides == null || !overrides.hasContainerOverrides()
        ? overrides
        : overrides.toBuilder()
            .containerOverrides(
                overrides.containerOverrides().stream()
                    .filter(override -> definition.containerDefinition(override.name()).isPresent())
                    .toList())
            .build();
  }

  private List<Tag> userTags() {
    return task.tags().stream().filter(tag -> !hasPrefix(tag, RESERVED_TAG_PREFIX)).toList();
  }

  private static boolean hasPrefix(Tag tag, String prefix) {
    return tag.key().startsWith(prefix);
  }
}
