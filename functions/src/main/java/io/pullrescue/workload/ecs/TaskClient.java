package io.pullrescue.workload.ecs;

import io.pullrescue.aws.UnknownMembers;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** Describes tasks with their task definitions. */
final class TaskClient {
  private final EcsClient ecs;
  private final TaskDefinitionClient definitionClient;

  TaskClient(EcsClient ecs, TaskDefinitionClient definitionClient) {
    this.ecs = ecs;
    this.definitionClient = definitionClient;
  }

  /**
   * Returns the task with its tags and task definition; empty if the task or its cluster does not
   * exist. ECS keeps a stopped task for about an hour.
   */
  Optional<EcsTask> find(String clusterArn, String taskArn) {
    var unknownMembers = new UnknownMembers();
    try {
      return ecs
          .describeTasks(request ->
              request
                  .cluster(clusterArn)
                  .tasks(taskArn)
                  .include(TaskField.TAGS)
                  .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin())))
          .tasks()
          .stream()
          .findFirst()
          .map(task ->
              new EcsTask(
                  task,
                  definitionClient.find(task.taskDefinitionArn()).orElse(null),
                  List.copyOf(unknownMembers.membersOf("tasks[0].overrides").keySet())));
    } catch (ClusterNotFoundException deleted) {
      return Optional.empty();
    }
  }
}
