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
 * Containers that Amazon ECS stopped together, and what was said about it.
 *
 * <p>AWS Fargate says it of the task and of the container, EC2 of the container alone. What the
 * containers beside it did is no part of the failure.
 *
 * @param reason why all of them stopped
 * @param pullRoleArn the ARN of the IAM role that pulls for them; null where their host's own does
 */
public record StoppedContainers(
    Trigger trigger,
    String reason,
    List<ContainerStatus> containers,
    @Nullable String pullRoleArn) {
  /**
   * The family of errors of ECS: {@code CannotPullContainerError}, {@code
   * CannotPullImageManifestError}, {@code CannotPullECRContainerError}, {@code
   * CannotPullContainerAuthError}.
   */
  static boolean isPullError(String reason) {
    return reason.startsWith("CannotPull");
  }

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
        : new LoadResult.NoFailure(trigger.id() + " failed of no pull");
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

  /** Where no container says that it failed, only the text can tell several images apart. */
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
