package io.pullrescue.aws;

import io.pullrescue.retry.TaskNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/** The request for the same task again, with another task definition. */
record TaskRun(Task task, String definition) {
  /** Tags of AWS's own, which nobody else may write. */
  private static final String RESERVED = "aws:";

  /** Tags that ECS writes where it was asked to. */
  private static final String MANAGED = "aws:ecs:";

  /** What a task is in that was put into no group. */
  private static final String USUAL_GROUP = "family:";

  /**
   * The request.
   *
   * @param network where the task has its interface; null where it has none of its own
   */
  RunTaskRequest request(String startedBy, String token, @Nullable TaskNetwork network) {
    var request =
        RunTaskRequest.builder()
            .cluster(task.clusterArn())
            .taskDefinition(definition)
            .count(1)
            .overrides(task.overrides())
            .platformVersion(task.platformVersion())
            .enableExecuteCommand(task.enableExecuteCommand())
            .enableECSManagedTags(task.tags().stream().anyMatch(tag -> has(tag, MANAGED)))
            .startedBy(startedBy)
            .clientToken(token);
    if (task.group() != null && !task.group().startsWith(USUAL_GROUP)) {
      request.group(task.group());
    }
    var tags = tags();
    if (!tags.isEmpty()) { // ECS refuses a list without any.
      request.tags(tags);
    }
    if (network != null) {
      request.networkConfiguration(configuration(network));
    }
    placeIn(request);
    return request.build();
  }

  /** A request may name one of the two; a record that has a provider has a launch type as well. */
  private void placeIn(RunTaskRequest.Builder request) {
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

  private List<Tag> tags() {
    return task.tags().stream().filter(tag -> !has(tag, RESERVED)).toList();
  }

  private static boolean has(Tag tag, String prefix) {
    return tag.key().startsWith(prefix);
  }

  private static NetworkConfiguration configuration(TaskNetwork network) {
    var vpc = AwsVpcConfiguration.builder().subnets(network.subnets());
    if (!network.securityGroups().isEmpty()) {
      vpc.securityGroups(network.securityGroups());
    }
    if (!network.publicAddress().isEmpty()) {
      vpc.assignPublicIp(network.publicAddress());
    }
    return NetworkConfiguration.builder().awsvpcConfiguration(vpc.build()).build();
  }
}
