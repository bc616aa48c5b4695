package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task definition with the copies in those containers that name their images, and as it is
 * elsewhere.
 */
record Rewriting(TaskDefinition definition, List<Copy> copies) {
  /** The copy for each container that is to change, by the container's name. */
  Map<String, ImageReference> images() {
    var images = new LinkedHashMap<String, ImageReference>();
    for (var container : definition.containers()) {
      copy(container).ifPresent(copy -> images.put(container.name(), copy));
    }
    return images;
  }

  private Optional<ImageReference> copy(ContainerDefinition container) {
    var image = ImageReference.parse(container.image());
    return copies.stream()
        .filter(copy -> image.filter(copy.image()::equals).isPresent())
        .findFirst()
        .map(Copy::copy);
  }

  /** Whether that revision of it has these images already. */
  boolean isDoneIn(TaskDefinition revision) {
    var wanted =
        definition.containers().stream()
            .map(it -> copy(it).map(ImageReference::toString).orElse(it.image()))
            .toList();
    return wanted.equals(revision.containers().stream().map(ContainerDefinition::image).toList());
  }

  /**
   * Why it could not start all the same; empty where nothing stands against it.
   *
   * @param executionRole the ARN of the role that would pull; null where the host's own does
   */
  Optional<String> objection(String launchType, @Nullable String executionRole) {
    var images = images();
    if (images.isEmpty()) {
      return Optional.of(
          "no container of " + definition.name() + " names an image that was copied");
    }
    var secret =
        definition.containers().stream()
            .filter(container -> images.containsKey(container.name()))
            .filter(ContainerDefinition::hasCredentials)
            .findFirst();
    if (secret.isPresent()) {
      return Optional.of(
          "its container %s has repositoryCredentials, which Amazon ECR does not take; leave them"
                  .formatted(secret.get().name())
              + " out and name "
              + images.get(secret.get().name()));
    }
    return launchType.equals("FARGATE") && executionRole == null
        ? Optional.of(
            definition.name()
                + " has no execution role, and without one AWS Fargate cannot pull from Amazon ECR")
        : Optional.empty();
  }
}
