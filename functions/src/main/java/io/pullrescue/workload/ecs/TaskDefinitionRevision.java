package io.pullrescue.workload.ecs;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.image.ImageReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;

/** The request for the next revision of a task definition: as it is described, but for images. */
final class TaskDefinitionRevision {
  /** Tags of AWS's own, which nobody else may write. */
  private static final String RESERVED_TAG_PREFIX = "aws:";

  /** Amazon ECR takes no login but the puller's role: there is none beside an image of its. */
  private static final @Nullable RepositoryCredentials NO_CREDENTIALS = null;

  private TaskDefinitionRevision() {}

  /** The request that would register it again, just as it is. */
  static RegisterTaskDefinitionRequest registerRequest(DescribeTaskDefinitionResponse described) {
    return registerRequest(described, Map.of());
  }

  /**
   * The request for a revision with these images.
   *
   * @param described with its tags
   * @param images the new image of each container that is to change, by the container's name
   */
  static RegisterTaskDefinitionRequest registerRequest(
      DescribeTaskDefinitionResponse described, Map<String, ImageReference> images) {
    var request = RegisterTaskDefinitionRequest.builder();
    SdkFieldCopier.copyFields(described.taskDefinition(), request);
    request.containerDefinitions(
        described.taskDefinition().containerDefinitions().stream()
            .map(container -> container(container, images))
            .toList());
    var tags =
        described.tags().stream()
            .filter(tag -> !tag.key().startsWith(RESERVED_TAG_PREFIX))
            .toList();
    if (!tags.isEmpty()) { // ECS refuses a list without any.
      request.tags(tags);
    }
    return request.build();
  }

  private static ContainerDefinition container(
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
