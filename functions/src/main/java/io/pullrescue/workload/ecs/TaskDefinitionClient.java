package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.image.ImageReference;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** Task definitions, as Amazon ECS describes them, and their next revisions. */
public final class TaskDefinitionClient implements TaskDefinitionClientPort {
  private final EcsClient ecs;

  /** Asks this client. */
  public TaskDefinitionClient(EcsClient ecs) {
    this.ecs = ecs;
  }

  @Override
  public TaskDefinition get(String arn) {
    return toTaskDefinition(describe(arn));
  }

  @Override
  public Optional<TaskDefinition> findNewestRevision(TaskDefinition definition) {
    try {
      var name = definition.name();
      return Optional.of(toTaskDefinition(describe(name.substring(0, name.lastIndexOf(':')))));
    } catch (ClientException allDeregistered) {
      return Optional.empty();
    }
  }

  private static TaskDefinition toTaskDefinition(DescribeTaskDefinitionResponse described) {
    var definition = described.taskDefinition();
    return new TaskDefinition(
        definition.taskDefinitionArn(),
        definition.executionRoleArn(),
        Objects.requireNonNullElse(definition.networkModeAsString(), ""),
        definition.containerDefinitions().stream().map(TaskDefinitionClient::toContainer).toList(),
        described.tags().stream().collect(toMap(Tag::key, Tag::value)));
  }

  private static TaskDefinition.ContainerDefinition toContainer(ContainerDefinition container) {
    return new TaskDefinition.ContainerDefinition(
        container.name(),
        Objects.requireNonNullElse(container.image(), ""),
        container.repositoryCredentials() != null);
  }

  /**
   * The ARN of the revision with these images. Tasks fail together, and each has its message: the
   * first one registers, the others find it.
   */
  String findOrRegisterRevision(String definition, Map<String, ImageReference> images) {
    var wanted = TaskDefinitionRevision.registerRequest(describe(definition), images);
    var newest = describe(wanted.family());
    return matches(newest, wanted) ? arn(newest) : register(wanted, newest);
  }

  /** Where another message was as quick, the earlier revision is the one for both. */
  private String register(
      RegisterTaskDefinitionRequest wanted, DescribeTaskDefinitionResponse newest) {
    var registered = ecs.registerTaskDefinition(wanted).taskDefinition();
    var nextRevision = newest.taskDefinition().revision() + 1;
    if (registered.revision() > nextRevision) {
      var earlier = describe(wanted.family() + ":" + nextRevision);
      if (matches(earlier, wanted)) {
        return arn(earlier);
      }
    }
    return registered.taskDefinitionArn();
  }

  private static boolean matches(
      DescribeTaskDefinitionResponse described, RegisterTaskDefinitionRequest wanted) {
    return described.taskDefinition().status() == TaskDefinitionStatus.ACTIVE
        && TaskDefinitionRevision.registerRequest(described).equals(wanted);
  }

  private static String arn(DescribeTaskDefinitionResponse described) {
    return described.taskDefinition().taskDefinitionArn();
  }

  private DescribeTaskDefinitionResponse describe(String definition) {
    return ecs.describeTaskDefinition(
        request -> request.taskDefinition(definition).include(TaskDefinitionField.TAGS));
  }
}
