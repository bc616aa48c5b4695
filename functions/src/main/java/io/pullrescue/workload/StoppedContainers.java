package io.pullrescue.workload;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes containers that Amazon ECS stopped together, and the reasons that it reported.
 *
 * <p>AWS Fargate reports a failed pull for the task and the container, EC2 for the container alone.
 * Containers that did not fail to pull are not part of the failure.
 *
 * @param reason why the task or job stopped
 * @param pullRoleArn the ARN of the IAM role that pulls; null for the role of the host
 */
public record StoppedContainers(
    Trigger trigger,
    String reason,
    List<ContainerStatus> containers,
    @Nullable String pullRoleArn) {
  /**
   * Returns whether this is one of the pull errors of ECS: {@code CannotPullContainerError}, {@code
   * CannotPullImageManifestError}, {@code CannotPullECRContainerError}, {@code
   * CannotPullContainerAuthError}.
   */
  public static boolean isPullError(String reason) {
    return reason.startsWith("CannotPull");
  }

  /** Returns one failure for each container that failed to pull, or why there is none. */
  public LoadResult toLoadResult() {
    var failed = containers.stream().filter(ContainerStatus::failedToPull).toList();
    if (!failed.isEmpty()) {
      return new LoadResult.Complete(
          failed.stream()
              .map(container -> failure(container, container.reason()))
              .distinct()
              .toList());
    }
    return isPullError(reason)
        ? new LoadResult.Complete(List.of(failure(onlyContainer(), reason)))
        : new LoadResult.NoFailure(trigger.id() + " did not fail because of an image pull");
  }

  private Failure failure(@Nullable ContainerStatus container, String text) {
    var excerpts = List.of(new LogExcerpt(TextSource.STOPPED_REASON, text));
    return container == null
        ? new Failure(trigger, null, excerpts, pullRoleArn, null, null)
        : new Failure(
            trigger,
            parseImage(container.image()),
            excerpts,
            pullRoleArn,
            null,
            container.pullSecret());
  }

  /** Without an error of a container, the image is known only if all containers use the same. */
  private @Nullable ContainerStatus onlyContainer() {
    var namedContainers =
        containers.stream().filter(container -> container.image() != null).toList();
    return namedContainers.stream().map(ContainerStatus::image).distinct().count() == 1
        ? namedContainers.getFirst()
        : null;
  }

  private static @Nullable ImageReference parseImage(@Nullable String image) {
    return Optional.ofNullable(image).flatMap(ImageReference::parse).orElse(null);
  }
}
