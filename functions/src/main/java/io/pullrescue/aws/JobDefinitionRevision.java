package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.EcsProperties;
import software.amazon.awssdk.services.batch.model.EcsTaskProperties;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.TaskContainerProperties;

/** The request for the next revision of a job definition: as it is described, but for images. */
final class JobDefinitionRevision {
  /** What the container of a job is called that has only one. */
  static final String ONLY = "default";

  /** Tags of AWS's own, which nobody else may write. */
  private static final String RESERVED = "aws:";

  private JobDefinitionRevision() {}

  /** The request that would register it again, just as it is. */
  static RegisterJobDefinitionRequest of(JobDefinition definition) {
    return of(definition, Map.of());
  }

  /**
   * The request for a revision with these images.
   *
   * @param images the new image of each container that is to change, by the container's name
   */
  static RegisterJobDefinitionRequest of(
      JobDefinition definition, Map<String, ImageReference> images) {
    var request = RegisterJobDefinitionRequest.builder();
    copy(definition, request);
    return request
        .containerProperties(only(definition.containerProperties(), images.get(ONLY)))
        .ecsProperties(several(definition.ecsProperties(), images))
        .tags(tags(definition))
        .build();
  }

  /** By the model, so that what a later SDK can describe and register is kept as well. */
  private static void copy(JobDefinition definition, RegisterJobDefinitionRequest.Builder request) {
    var described = definition.sdkFields().stream().collect(toMap(SdkField::memberName, it -> it));
    for (var field : request.sdkFields()) {
      var same = described.get(field.memberName());
      if (same != null) {
        field.set(request, same.getValueOrDefault(definition));
      }
    }
  }

  private static @Nullable ContainerProperties only(
      @Nullable ContainerProperties container, @Nullable ImageReference image) {
    return container == null || image == null
        ? container
        : container.toBuilder().image(image.toString()).build();
  }

  private static @Nullable EcsProperties several(
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
    return image == null ? container : container.toBuilder().image(image.toString()).build();
  }

  private static @Nullable Map<String, String> tags(JobDefinition definition) {
    return definition.hasTags()
        ? definition.tags().entrySet().stream()
            .filter(tag -> !tag.getKey().startsWith(RESERVED))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue))
        : null;
  }
}
