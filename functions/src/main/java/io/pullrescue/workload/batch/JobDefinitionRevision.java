package io.pullrescue.workload.batch;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.EcsProperties;
import software.amazon.awssdk.services.batch.model.EcsTaskProperties;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RepositoryCredentials;
import software.amazon.awssdk.services.batch.model.TaskContainerProperties;

/** The request for the next revision of a job definition: as it is described, but for images. */
final class JobDefinitionRevision {
  /** What the container of a job is called that has only one. */
  static final String SINGLE_CONTAINER = "default";

  /** Tags of AWS's own, which nobody else may write. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /** Amazon ECR takes no login but the puller's role: there is none beside an image of its. */
  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  private JobDefinitionRevision() {}

  /** The request that would register it again, just as it is. */
  static RegisterJobDefinitionRequest registerRequest(JobDefinition definition) {
    return registerRequest(definition, Map.of());
  }

  /**
   * The request for a revision with these images.
   *
   * @param images the new image of each container that is to change, by the container's name
   */
  static RegisterJobDefinitionRequest registerRequest(
      JobDefinition definition, Map<String, ImageReference> images) {
    var request = RegisterJobDefinitionRequest.builder();
    SdkFieldCopier.copyFields(definition, request);
    return request
        .containerProperties(
            containerProperties(definition.containerProperties(), images.get(SINGLE_CONTAINER)))
        .ecsProperties(ecsProperties(definition.ecsProperties(), images))
        .tags(tags(definition))
        .build();
  }

  private static @Nullable ContainerProperties containerProperties(
      @Nullable ContainerProperties container, @Nullable ImageReference image) {
    return container == null || image == null
        ? container
        : container.toBuilder()
            .image(image.toString())
            .repositoryCredentials(NO_CREDENTIALS)
            .build();
  }

  private static @Nullable EcsProperties ecsProperties(
      @Nullable EcsProperties properties, Map<String, ImageReference> images) {
    return properties == null
        ? null
        : properties.toBuilder()
            .taskProperties(
                properties.taskProperties().stream().map(task -> task(task, images)).toList())
            .build();
  }

  private static EcsTaskProperties task(
      EcsTaskProperties task, Map<String, ImageReference> images) {
    List<TaskContainerProperties> containers =
        task.containers().stream().map(container -> container(container, images)).toList();
    return task.toBuilder().containers(containers).build();
  }

  private static TaskContainerProperties container(
      TaskContainerProperties container, Map<String, ImageReference> images) {
    var image = container.name() == null ? null : images.get(container.name());
    return image == null
        ? container
        : container.toBuilder()
            .image(image.toString())
            .repositoryCredentials(NO_CREDENTIALS)
            .build();
  }

  private static @Nullable Map<String, String> tags(JobDefinition definition) {
    return definition.hasTags()
        ? definition.tags().entrySet().stream()
            .filter(tag -> !tag.getKey().startsWith(RESERVED_TAG_PREFIX))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue))
        : null;
  }
}
