package io.pullrescue.workload.batch;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ContainerImageRewrite;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.EcsProperties;
import software.amazon.awssdk.services.batch.model.EcsTaskProperties;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RepositoryCredentials;
import software.amazon.awssdk.services.batch.model.TaskContainerProperties;

/**
 * Interprets a revision of a job definition as DescribeJobDefinitions returns it.
 *
 * @param unknownSettings what the SDK does not know of it, as JSON by path
 */
record JobDefinitionRevision(JobDefinition definition, Map<String, String> unknownSettings) {
  /** The name of the container of a job with only one. */
  static final String SINGLE_CONTAINER = "default";

  /** AWS reserves this prefix, and rejects a request that sets such a tag. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /**
   * ECR authenticates by IAM role; {@code repositoryCredentials} must be removed when a container
   * switches to an ECR image.
   */
  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  JobDefinitionRevision {
    unknownSettings = Map.copyOf(unknownSettings);
  }

  String arn() {
    return definition.jobDefinitionArn();
  }

  /** Returns {@code name:revision}. */
  String name() {
    return arn().substring(arn().lastIndexOf('/') + 1);
  }

  Map<String, String> tags() {
    return definition.tags();
  }

  /** Returns the roles that a job of this revision has; null for each that it does not have. */
  Stream<@Nullable String> roles() {
    var single =
        Stream.ofNullable(definition.containerProperties())
            .flatMap(container -> Stream.of(container.executionRoleArn(), container.jobRoleArn()));
    var multiple =
        Stream.ofNullable(definition.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> Stream.of(task.executionRoleArn(), task.taskRoleArn()));
    return Stream.concat(single, multiple);
  }

  /** Returns the containers: one, or those of a task with several. */
  List<ContainerImageRewrite.Container> containers() {
    var single =
        Stream.ofNullable(definition.containerProperties())
            .map(container ->
                toContainer(
                    SINGLE_CONTAINER, container.image(), container.repositoryCredentials()));
    var multiple =
        Stream.ofNullable(definition.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .map(container ->
                toContainer(
                    container.name(), container.image(), container.repositoryCredentials()));
    return Stream.concat(single, multiple).toList();
  }

  private static ContainerImageRewrite.Container toContainer(
      @Nullable String name, @Nullable String image, @Nullable RepositoryCredentials credentials) {
    return new ContainerImageRewrite.Container(
        Objects.requireNonNullElse(name, ""),
        Objects.requireNonNullElse(image, ""),
        credentials != null);
  }

  ContainerImageRewrite rewriteImages(MirrorNaming mirror, List<MirroredImage> mirroredImages) {
    return new ContainerImageRewrite(
        mirror,
        name(),
        containers(),
        unknownSettings.keySet().stream().sorted().toList(),
        mirroredImages);
  }

  /** Returns whether this revision is what this request would register. */
  boolean isResultOf(RegisterJobDefinitionRequest request) {
    return unknownSettings.isEmpty() && registerRequest(Map.of()).equals(request);
  }

  /**
   * Returns the request that registers this definition again with other images. The images and
   * {@code repositoryCredentials} of these containers are all that differs.
   *
   * @param images the new image of each container that changes, by container name
   */
  RegisterJobDefinitionRequest registerRequest(Map<String, ImageReference> images) {
    var request = RegisterJobDefinitionRequest.builder();
    SdkFieldCopier.copyFields(definition, request);
    return request
        .containerProperties(
            withImage(definition.containerProperties(), images.get(SINGLE_CONTAINER)))
        .ecsProperties(withImages(definition.ecsProperties(), images))
        .tags(userTags())
        .build();
  }

  private static @Nullable ContainerProperties withImage(
      @Nullable ContainerProperties container, @Nullable ImageReference image) {
    return container == null || image == null
        ? container
        : container.toBuilder()
            .image(image.toString())
            .repositoryCredentials(NO_CREDENTIALS)
            .build();
  }

  private static @Nullable EcsProperties withImages(
      @Nullable EcsProperties properties, Map<String, ImageReference> images) {
    return properties == null
        ? null
        : properties.toBuilder()
            .taskProperties(
                properties.taskProperties().stream().map(task -> withImages(task, images)).toList())
            .build();
  }

  private static EcsTaskProperties withImages(
      EcsTaskProperties task, Map<String, ImageReference> images) {
    List<TaskContainerProperties> containers =
        task.containers().stream().map(container -> withImage(container, images)).toList();
    return task.toBuilder().containers(containers).build();
  }

  private static TaskContainerProperties withImage(
      TaskContainerProperties container, Map<String, ImageReference> images) {
    var image = container.name() == null ? null : images.get(container.name());
    return image == null
        ? container
        : container.toBuilder()
            .image(image.toString())
            .repositoryCredentials(NO_CREDENTIALS)
            .build();
  }

  private @Nullable Map<String, String> userTags() {
    return definition.hasTags()
        ? tags().entrySet().stream()
            .filter(tag -> !tag.getKey().startsWith(RESERVED_TAG_PREFIX))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue))
        : null;
  }
}
