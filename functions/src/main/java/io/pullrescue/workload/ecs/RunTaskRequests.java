package io.pullrescue.workload.ecs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/** The request for the same task again, with another task definition. */
record RunTaskRequests(Task task, String taskDefinition) {
  /** Tags of AWS's own, which nobody else may write. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /** Tags that ECS writes where it was asked to. */
  private static final String MANAGED_TAG_PREFIX = "aws:ecs:";

  /** What a task is in that was put into no group. */
  private static final String DEFAULT_GROUP_PREFIX = "family:";

  /**
   * The request.
   *
   * @param network where the task has its interface; null where it has none of its own
   */
  RunTaskRequest request(String startedBy, String token, @Nullable TaskNetwork network) {
    var request =
        RunTaskRequest.builder()
            .cluster(task.clusterArn())
            .taskDefinition(taskDefinition)
            .count(1)
            .overrides(task.overrides())
            .platformVersion(task.platformVersion())
            .enableExecuteCommand(task.enableExecuteCommand())
            .enableECSManagedTags(
                task.tags().stream().anyMatch(tag -> hasPrefix(tag, MANAGED_TAG_PREFIX)))
            .startedBy(startedBy)
            .clientToken(token);
    if (task.group() != null && !task.group().startsWith(DEFAULT_GROUP_PREFIX)) {
      request.group(task.group());
    }
    var tags = userTags();
    if (!tags.isEmpty()) { // ECS refuses a list without any.
      request.tags(tags);
    }
    if (network != null) {
      request.networkConfiguration(networkConfiguration(network));
    }
    setPlacement(request);
    return request.build();
  }

  /** A request may name one of the two; a record that has a provider has a launch type as well. */
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

  private List<Tag> userTags() {
    return task.tags().stream().filter(tag -> !hasPrefix(tag, RESERVED_TAG_PREFIX)).toList();
  }

  private static boolean hasPrefix(Tag tag, String prefix) {
    return tag.key().startsWith(prefix);
  }

  private static NetworkConfiguration networkConfiguration(TaskNetwork network) {
    var awsvpcConfiguration = AwsVpcConfiguration.builder().subnets(network.subnets());
    if (!network.securityGroups().isEmpty()) {
      awsvpcConfiguration.securityGroups(network.securityGroups());
    }
    if (!network.assignPublicIp().isEmpty()) {
      awsvpcConfiguration.assignPublicIp(network.assignPublicIp());
    }
    return NetworkConfiguration.builder().awsvpcConfiguration(awsvpcConfiguration.build()).build();
  }
}
