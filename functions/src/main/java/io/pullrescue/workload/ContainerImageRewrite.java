package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A definition of a task or job with the copies in those containers that name their images.
 *
 * @param definitionName its name, with the revision
 */
public record ContainerImageRewrite(
    MirrorNaming mirror,
    String definitionName,
    List<ContainerDefinition> containers,
    List<MirroredImage> mirroredImages) {
  /** Copies the lists, so that a rewriting never changes. */
  public ContainerImageRewrite {
    containers = List.copyOf(containers);
    mirroredImages = List.copyOf(mirroredImages);
  }

  /** The copy for each container that is to change, by the container's name. */
  public Map<String, ImageReference> containerImages() {
    var images = new LinkedHashMap<String, ImageReference>();
    for (var container : containers) {
      mirrorReference(container)
          .ifPresent(mirrorReference -> images.put(container.name(), mirrorReference));
    }
    return images;
  }

  /** What names the mirror finds its copy there by itself, and stays. */
  private Optional<ImageReference> mirrorReference(ContainerDefinition container) {
    var image =
        ImageReference.parse(container.image())
            .filter(imageReference -> mirror.upstreamReference(imageReference).isEmpty());
    return mirroredImages.stream()
        .filter(mirroredImage -> image.filter(mirroredImage.image()::equals).isPresent())
        .findFirst()
        .map(MirroredImage::mirrorReference);
  }

  /**
   * What stands against starting the work once more; nothing does where no revision is needed.
   *
   * @param newest the name of the newest revision, and its containers
   */
  public Optional<String> blockingReason(
      String newest,
      List<ContainerDefinition> newestContainers,
      String launchType,
      @Nullable String executionRole) {
    return isUnnecessary()
        ? Optional.empty()
        : newerRevisionReason(newest, newestContainers)
            .or(() -> blockingReason(launchType, executionRole));
  }

  /** Whether the definition as it is finds all copies where it looks for them. */
  private boolean isUnnecessary() {
    var references =
        containers.stream()
            .flatMap(container -> ImageReference.parse(container.image()).stream())
            .toList();
    return containerImages().isEmpty()
        && mirroredImages.stream()
            .map(mirroredImage -> mirror.resolve(mirroredImage.image()))
            .allMatch(mirrorReference -> mirrorReference.filter(references::contains).isPresent());
  }

  /**
   * Why the newest revision is not to be followed by this one: it is what people start, and an
   * older one must not come back as that. Empty where it is the same one, or rewritten already.
   */
  private Optional<String> newerRevisionReason(
      String newest, List<ContainerDefinition> newestContainers) {
    var images = newestContainers.stream().map(ContainerDefinition::image).toList();
    return newest.equals(definitionName) || images.equals(rewrittenImages())
        ? Optional.empty()
        : Optional.of("its definition has moved on to " + newest + "; start it from that");
  }

  private List<String> rewrittenImages() {
    return containers.stream()
        .map(containerDefinition ->
            mirrorReference(containerDefinition)
                .map(ImageReference::toString)
                .orElse(containerDefinition.image()))
        .toList();
  }

  /**
   * Why it could not start all the same; empty where nothing stands against it.
   *
   * @param executionRole the ARN of the role that would pull; null where the host's own does
   */
  public Optional<String> blockingReason(String launchType, @Nullable String executionRole) {
    if (containerImages().isEmpty()) {
      return Optional.of("no container of " + definitionName + " names an image that was copied");
    }
    return launchType.equals("FARGATE") && executionRole == null
        ? Optional.of(
            definitionName
                + " has no execution role, and without one AWS Fargate cannot pull from Amazon ECR")
        : Optional.empty();
  }

  /** What changes beside the images: a login to another registry is one that ECR refuses. */
  public List<String> notes() {
    var changedContainers = containerImages().keySet();
    return containers.stream()
        .filter(ContainerDefinition::hasCredentials)
        .map(ContainerDefinition::name)
        .filter(changedContainers::contains)
        .map(name ->
            "the new revision leaves out the repositoryCredentials of its container %s, which Amazon ECR does not take"
                .formatted(name))
        .toList();
  }
}
