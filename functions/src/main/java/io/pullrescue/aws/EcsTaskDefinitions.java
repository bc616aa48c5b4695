package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.TaskDefinition;
import io.pullrescue.retry.TaskDefinitions;
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
public final class EcsTaskDefinitions implements TaskDefinitions {
  private final EcsClient ecs;

  /** Asks this client. */
  public EcsTaskDefinitions(EcsClient ecs) {
    this.ecs = ecs;
  }

  @Override
  public TaskDefinition definition(String arn) {
    return definition(describe(arn));
  }

  @Override
  public Optional<TaskDefinition> newest(TaskDefinition definition) {
    try {
      var name = definition.name();
      return Optional.of(definition(describe(name.substring(0, name.lastIndexOf(':')))));
    } catch (ClientException allDeregistered) {
      return Optional.empty();
    }
  }

  private static TaskDefinition definition(DescribeTaskDefinitionResponse described) {
    var definition = described.taskDefinition();
    return new TaskDefinition(
        definition.taskDefinitionArn(),
        definition.executionRoleArn(),
        Objects.requireNonNullElse(definition.networkModeAsString(), ""),
        definition.containerDefinitions().stream().map(EcsTaskDefinitions::container).toList(),
        described.tags().stream().collect(toMap(Tag::key, Tag::value)));
  }

  private static TaskDefinition.ContainerDefinition container(ContainerDefinition container) {
    return new TaskDefinition.ContainerDefinition(
        container.name(),
        Objects.requireNonNullElse(container.image(), ""),
        container.repositoryCredentials() != null);
  }

  /**
   * The ARN of the revision with these images. Tasks fail together, and each has its message: the
   * first one registers, the others find it.
   */
  String revision(String definition, Map<String, ImageReference> images) {
    var wanted = TaskDefinitionRevision.of(describe(definition), images);
    var newest = describe(wanted.family());
    return isIt(newest, wanted) ? arn(newest) : register(wanted, newest);
  }

  /** Where another message was as quick, the earlier revision is the one for both. */
  private String register(
      RegisterTaskDefinitionRequest wanted, DescribeTaskDefinitionResponse newest) {
    var registered = ecs.registerTaskDefinition(wanted).taskDefinition();
    var next = newest.taskDefinition().revision() + 1;
    if (registered.revision() > next) {
      var earlier = describe(wanted.family() + ":" + next);
      if (isIt(earlier, wanted)) {
        return arn(earlier);
      }
    }
    return registered.taskDefinitionArn();
  }

  private static boolean isIt(
      DescribeTaskDefinitionResponse described, RegisterTaskDefinitionRequest wanted) {
    return described.taskDefinition().status() == TaskDefinitionStatus.ACTIVE
        && TaskDefinitionRevision.of(described).equals(wanted);
  }

  private static String arn(DescribeTaskDefinitionResponse described) {
    return described.taskDefinition().taskDefinitionArn();
  }

  private DescribeTaskDefinitionResponse describe(String definition) {
    return ecs.describeTaskDefinition(
        request -> request.taskDefinition(definition).include(TaskDefinitionField.TAGS));
  }
}
