package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ContainerImageRewrite;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task definition as the ECS API describes it; only what a rescue is planned by.
 *
 * @param arn its own ARN, with the revision
 * @param executionRole the ARN of the role that pulls; null where the host's own does
 * @param networkMode such as {@code awsvpc}; empty where it names none
 */
public record TaskDefinition(
    String arn,
    @Nullable String executionRole,
    String networkMode,
    List<ContainerDefinition> containers,
    Map<String, String> tags) {
  /** Copies the containers and tags, so that a definition never changes. */
  public TaskDefinition {
    containers = List.copyOf(containers);
    tags = Map.copyOf(tags);
  }

  /** Whether each of its tasks has a network interface of its own. */
  boolean usesAwsvpc() {
    return networkMode.equals("awsvpc");
  }

  /** The images of its containers, those that are references. */
  List<ImageReference> images() {
    return containers.stream()
        .map(container -> ImageReference.parse(container.image()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** This definition with the copies in it. */
  ContainerImageRewrite rewriteImages(MirrorNaming mirror, List<MirroredImage> mirroredImages) {
    return new ContainerImageRewrite(mirror, name(), containers, mirroredImages);
  }

  /** {@code family:revision}. */
  String name() {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /**
   * What one container runs.
   *
   * @param image the reference as it stands there
   * @param hasCredentials whether a secret is named, to log in to the image's registry with
   */
  public record ContainerDefinition(String name, String image, boolean hasCredentials) {}
}
