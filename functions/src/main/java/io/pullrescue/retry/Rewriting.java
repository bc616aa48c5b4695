package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A definition of a task or job with the copies in those containers that name their images.
 *
 * @param definition its name, with the revision
 */
record Rewriting(
    Mirror mirror, String definition, List<ContainerDefinition> containers, List<Copy> copies) {
  /** Copies the lists, so that a rewriting never changes. */
  Rewriting {
    containers = List.copyOf(containers);
    copies = List.copyOf(copies);
  }

  /** The copy for each container that is to change, by the container's name. */
  Map<String, ImageReference> images() {
    var images = new LinkedHashMap<String, ImageReference>();
    for (var container : containers) {
      copy(container).ifPresent(copy -> images.put(container.name(), copy));
    }
    return images;
  }

  /** What names the mirror finds its copy there by itself, and stays. */
  private Optional<ImageReference> copy(ContainerDefinition container) {
    var image =
        ImageReference.parse(container.image()).filter(it -> mirror.upstreamOf(it).isEmpty());
    return copies.stream()
        .filter(copy -> image.filter(copy.image()::equals).isPresent())
        .findFirst()
        .map(Copy::copy);
  }

  /**
   * What stands against starting the work once more; nothing does where no revision is needed.
   *
   * @param newest the name of the newest revision, and its containers
   */
  Optional<String> objection(
      String newest,
      List<ContainerDefinition> itsContainers,
      String launchType,
      @Nullable String executionRole) {
    return isNeedless()
        ? Optional.empty()
        : movedOn(newest, itsContainers).or(() -> objection(launchType, executionRole));
  }

  /** Whether the definition as it is finds all copies where it looks for them. */
  private boolean isNeedless() {
    var named =
        containers.stream()
            .flatMap(container -> ImageReference.parse(container.image()).stream())
            .toList();
    return images().isEmpty()
        && copies.stream()
            .map(copy -> mirror.placeOf(copy.image()))
            .allMatch(place -> place.filter(named::contains).isPresent());
  }

  /**
   * Why the newest revision is not to be followed by this one: it is what people start, and an
   * older one must not come back as that. Empty where it is the same one, or rewritten already.
   */
  private Optional<String> movedOn(String newest, List<ContainerDefinition> itsContainers) {
    var images = itsContainers.stream().map(ContainerDefinition::image).toList();
    return newest.equals(definition) || images.equals(rewritten())
        ? Optional.empty()
        : Optional.of("its definition has moved on to " + newest + "; start it from that");
  }

  private List<String> rewritten() {
    return containers.stream()
        .map(it -> copy(it).map(ImageReference::toString).orElse(it.image()))
        .toList();
  }

  /**
   * Why it could not start all the same; empty where nothing stands against it.
   *
   * @param executionRole the ARN of the role that would pull; null where the host's own does
   */
  Optional<String> objection(String launchType, @Nullable String executionRole) {
    if (images().isEmpty()) {
      return Optional.of("no container of " + definition + " names an image that was copied");
    }
    return launchType.equals("FARGATE") && executionRole == null
        ? Optional.of(
            definition
                + " has no execution role, and without one AWS Fargate cannot pull from Amazon ECR")
        : Optional.empty();
  }

  /** What changes beside the images: a login to another registry is one that ECR refuses. */
  List<String> remarks() {
    var changed = images().keySet();
    return containers.stream()
        .filter(ContainerDefinition::hasCredentials)
        .map(ContainerDefinition::name)
        .filter(changed::contains)
        .map(name ->
            "the new revision leaves out the repositoryCredentials of its container %s, which Amazon ECR does not take"
                .formatted(name))
        .toList();
  }
}
