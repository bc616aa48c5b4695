package io.pullrescue.workload;

import static java.util.stream.Collectors.joining;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replaces images by mirrored images in the containers of a task or job definition.
 *
 * @param definitionName name and revision of the definition, such as {@code shop-web:41}
 * @param unknownSettings the paths of the definition's settings that the SDK does not know, so that
 *     a new revision would lose them
 */
public record ContainerImageRewrite(
    MirrorNaming mirror,
    String definitionName,
    List<Container> containers,
    List<String> unknownSettings,
    List<MirroredImage> mirroredImages) {
  public ContainerImageRewrite {
    containers = List.copyOf(containers);
    unknownSettings = List.copyOf(unknownSettings);
    mirroredImages = List.copyOf(mirroredImages);
  }

  /** Returns the mirror reference for each container whose image changes, by container name. */
  public Map<String, ImageReference> containerImages() {
    var images = new LinkedHashMap<String, ImageReference>();
    for (var container : containers) {
      mirrorReference(container)
          .ifPresent(mirrorReference -> images.put(container.name(), mirrorReference));
    }
    return images;
  }

  /** A container that refers to the mirror pulls the mirrored image without a change. */
  private Optional<ImageReference> mirrorReference(Container container) {
    var image =
        ImageReference.parse(container.image())
            .filter(imageReference -> mirror.upstreamReference(imageReference).isEmpty());
    return mirroredImages.stream()
        .filter(mirroredImage -> image.filter(mirroredImage.image()::equals).isPresent())
        .findFirst()
        .map(MirroredImage::mirrorReference);
  }

  /**
   * Returns why the work cannot be retried with this definition; empty if it can, or if the
   * definition needs no new revision.
   *
   * @param newest name and revision of the newest revision
   * @param newestContainers the containers of the newest revision
   * @param executionRole the ARN of the role that pulls; null for the role of the host
   */
  public Optional<String> blockingReason(
      String newest,
      List<Container> newestContainers,
      String launchType,
      @Nullable String executionRole) {
    return refersToMirror()
        ? Optional.empty()
        : newerRevisionReason(newest, newestContainers)
            .or(() -> blockingReason(launchType, executionRole));
  }

  private boolean refersToMirror() {
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
   * A new revision becomes the default for later starts, so it must not replace a newer revision of
   * somebody else by an older one. A newer revision with the same mirrored images is another retry.
   */
  private Optional<String> newerRevisionReason(String newest, List<Container> newestContainers) {
    var images = newestContainers.stream().map(Container::image).toList();
    return newest.equals(definitionName) || images.equals(rewrittenImages())
        ? Optional.empty()
        : Optional.of(
            "its definition has a newer revision, " + newest + "; start it from that revision");
  }

  private List<String> rewrittenImages() {
    return containers.stream()
        .map(container ->
            mirrorReference(container).map(ImageReference::toString).orElse(container.image()))
        .toList();
  }

  /**
   * Returns why a new revision could not start; empty if it can.
   *
   * @param executionRole the ARN of the role that pulls; null for the role of the host
   */
  public Optional<String> blockingReason(String launchType, @Nullable String executionRole) {
    if (containerImages().isEmpty()) {
      return Optional.of("no container of " + definitionName + " uses a mirrored image");
    }
    if (!unknownSettings.isEmpty()) {
      return Optional.of(
          "its definition has settings that this version does not know: %s; update pull-rescue, or register a revision with %s"
              .formatted(
                  TextSanitizer.sanitize(String.join(", ", unknownSettings)),
                  mirroredImages.getLast().mirrorReference()));
    }
    return launchType.equals("FARGATE") && executionRole == null
        ? Optional.of(
            definitionName
                + " has no execution role, which AWS Fargate needs to pull from Amazon ECR")
        : Optional.empty();
  }

  /**
   * Returns a note on who needs permission to pull the mirrored images.
   *
   * @param executionRole the ARN of the role that pulls; null for the role of the host
   * @param workloadArn an ARN of the work; its partition, Region and account are the mirror's
   */
  public String pullPermissionNote(@Nullable String executionRole, String workloadArn) {
    var principal =
        executionRole == null
            ? "the role of the container instances"
            : "the execution role " + executionRole.substring(executionRole.lastIndexOf('/') + 1);
    var arn = workloadArn.split(":", -1);
    var repositories =
        mirroredImages.stream()
            .map(mirroredImage -> mirroredImage.mirrorReference().repository())
            .map(name -> "arn:%s:ecr:%s:%s:repository/%s".formatted(arn[1], arn[3], arn[4], name))
            .distinct()
            .collect(joining(", "));
    return principal + " needs permission to pull from " + repositories;
  }

  /** Returns a note for each container whose registry credentials the new revision omits. */
  public List<String> omittedCredentialsNotes() {
    var changedContainers = containerImages().keySet();
    return containers.stream()
        .filter(Container::hasCredentials)
        .map(Container::name)
        .filter(changedContainers::contains)
        .map(name ->
            "the new revision has no repositoryCredentials for container %s, because Amazon ECR accepts only IAM credentials"
                .formatted(name))
        .toList();
  }

  /**
   * Describes a container of a task or job definition.
   *
   * @param image the reference in the definition; empty without one
   * @param hasCredentials whether the definition has a secret for the image's registry
   */
  public record Container(String name, String image, boolean hasCredentials) {}
}
