package io.pullrescue.workload.ecs;

import io.pullrescue.workload.ContainerStatus;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Tasks, as Amazon ECS describes them (DescribeTasks), and what their definitions add to that. */
public final class TaskClient implements TaskClientPort {
  private final EcsClient ecs;

  /** Asks this client. */
  public TaskClient(EcsClient ecs) {
    this.ecs = ecs;
  }

  @Override
  public Optional<Task> find(String cluster, String arn) {
    try {
      return ecs.describeTasks(request -> request.cluster(cluster).tasks(arn)).tasks().stream()
          .findFirst()
          .map(task -> toTask(task, definition(task.taskDefinitionArn())));
    } catch (ClusterNotFoundException deleted) {
      return Optional.empty();
    }
  }

  private @Nullable TaskDefinition definition(String arn) {
    try {
      return ecs.describeTaskDefinition(request -> request.taskDefinition(arn)).taskDefinition();
    } catch (ClientException deleted) {
      return null;
    }
  }

  private static Task toTask(
      software.amazon.awssdk.services.ecs.model.Task task, @Nullable TaskDefinition definition) {
    return new Task(
        task.taskArn(),
        task.clusterArn(),
        task.taskDefinitionArn(),
        orEmpty(task.group()),
        orEmpty(task.launchTypeAsString()),
        orEmpty(task.startedBy()),
        orEmpty(task.lastStatus()),
        orEmpty(task.stoppedReason()),
        task.containers().stream()
            .map(container -> toContainerStatus(container, definition))
            .toList(),
        executionRole(task, definition));
  }

  private static ContainerStatus toContainerStatus(
      software.amazon.awssdk.services.ecs.model.Container container,
      @Nullable TaskDefinition definition) {
    var definedContainer = containerDefinition(container.name(), definition);
    return new ContainerStatus(
        container.name(),
        Optional.ofNullable(container.image())
            .or(() -> definedContainer.map(ContainerDefinition::image))
            .orElse(null),
        orEmpty(container.reason()),
        definedContainer
            .map(ContainerDefinition::repositoryCredentials)
            .map(RepositoryCredentials::credentialsParameter)
            .orElse(null));
  }

  private static Optional<ContainerDefinition> containerDefinition(
      String name, @Nullable TaskDefinition definition) {
    return definition == null
        ? Optional.empty()
        : definition.containerDefinitions().stream()
            .filter(container -> name.equals(container.name()))
            .findFirst();
  }

  private static @Nullable String executionRole(
      software.amazon.awssdk.services.ecs.model.Task task, @Nullable TaskDefinition definition) {
    if (task.overrides() != null && task.overrides().executionRoleArn() != null) {
      return task.overrides().executionRoleArn();
    }
    return definition == null ? null : definition.executionRoleArn();
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
