package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.aws.UnknownMembers;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ContainerImageRewrite;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/**
 * Holds a revision of a task definition with its tags.
 *
 * @param unknownSettings the paths of the settings that the SDK does not know
 */
record TaskDefinitionRevision(
    TaskDefinition definition, List<Tag> tagList, List<String> unknownSettings) {
  /** AWS reserves this prefix, and rejects a request that sets such a tag. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /**
   * ECR authenticates by IAM role; {@code repositoryCredentials} must be removed when a container
   * switches to an ECR image.
   */
  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  TaskDefinitionRevision {
    tagList = List.copyOf(tagList);
    unknownSettings = List.copyOf(unknownSettings);
  }

  static TaskDefinitionRevision of(
      DescribeTaskDefinitionResponse response, UnknownMembers unknownMembers) {
    return new TaskDefinitionRevision(
        response.taskDefinition(),
        response.tags(),
        List.copyOf(unknownMembers.membersOf("taskDefinition").keySet()));
  }

  String arn() {
    return definition.taskDefinitionArn();
  }

  /** Returns {@code family:revision}. */
  String name() {
    return arn().substring(arn().lastIndexOf('/') + 1);
  }

  /** Returns the ARN of the role that pulls; null for the role of the container instance. */
  @Nullable String executionRole() {
    return definition.executionRoleArn();
  }

  /** Returns the roles that a task of this revision has; null for each that it does not have. */
  Stream<@Nullable String> roles() {
    return Stream.of(definition.executionRoleArn(), definition.taskRoleArn());
  }

  /** Returns whether each task has a network interface of its own. */
  boolean usesAwsvpc() {
    return definition.networkMode() == NetworkMode.AWSVPC;
  }

  Map<String, String> tags() {
    return tagList.stream().collect(toMap(Tag::key, Tag::value));
  }

  Optional<ContainerDefinition> containerDefinition(String containerName) {
    return definition.containerDefinitions().stream()
        .filter(container -> containerName.equals(container.name()))
        .findFirst();
  }

  List<ContainerImageRewrite.Container> containers() {
    return definition.containerDefinitions().stream()
        .map(container ->
            new ContainerImageRewrite.Container(
                container.name(),
                Objects.requireNonNullElse(container.image(), ""),
                container.repositoryCredentials() != null))
        .toList();
  }

  /** Returns the images of the containers, without those that are not valid references. */
  List<ImageReference> images() {
    return containers().stream()
        .flatMap(container -> ImageReference.parse(container.image()).stream())
        .toList();
  }

  ContainerImageRewrite rewriteImages(MirrorNaming mirror, List<MirroredImage> mirroredImages) {
    return new ContainerImageRewrite(mirror, name(), containers(), unknownSettings, mirroredImages);
  }

  /** Returns whether this revision is active and is what this request would register. */
  boolean isResultOf(RegisterTaskDefinitionRequest request) {
    return definition.status() == TaskDefinitionStatus.ACTIVE
        && unknownSettings.isEmpty()
        && registerRequest(Map.of()).equals(request);
  }

  /**
   * Returns the request that registers this definition again with other images. The images and
   * {@code repositoryCredentials} of these containers are all that differs.
   *
   * @param images the new image of each container that changes, by container name
   */
  RegisterTaskDefinitionRequest registerRequest(Map<String, ImageReference> images) {
    var request = RegisterTaskDefinitionRequest.builder();
    SdkFieldCopier.copyFields(definition, request);
    request.containerDefinitions(
        definition.containerDefinitions().stream()
            .map(container -> withImage(container, images))
            .toList());
    var tags = tagList.stream().filter(tag -> !tag.key().startsWith(RESERVED_TAG_PREFIX)).toList();
    if (!tags.isEmpty()) { // ECS rejects an empty list.
      request.tags(tags);
    }
    return request.build();
  }

  private static ContainerDefinition withImage(
      ContainerDefinition container, Map<String, ImageReference> images) {
    var image = images.get(container.name());
    return image == null
        ? container
        : container.toBuilder()
            .image(image.toString())
            .repositoryCredentials(NO_CREDENTIALS)
            .build();
  }
}
