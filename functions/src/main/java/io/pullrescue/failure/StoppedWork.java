package io.pullrescue.failure;

import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Containers that Amazon ECS stopped together, and what was said about it.
 *
 * <p>AWS Fargate says it of the task and of the container, EC2 of the container alone. What the
 * containers beside it did is no part of the failure.
 *
 * @param reason why all of them stopped
 * @param role the ARN of the IAM role that pulls for them; null where their host's own does
 */
record StoppedWork(
    Origin origin, String reason, List<Container> containers, @Nullable String role) {
  /**
   * The family of errors of ECS: {@code CannotPullContainerError}, {@code
   * CannotPullImageManifestError}, {@code CannotPullECRContainerError}, {@code
   * CannotPullContainerAuthError}.
   */
  static boolean isPullError(String reason) {
    return reason.startsWith("CannotPull");
  }

  Reading read() {
    var failed = containers.stream().filter(Container::failedToPull).toList();
    if (!failed.isEmpty()) {
      return new Reading.Complete(
          failed.stream()
              .map(container -> failure(reference(container.image()), container.reason()))
              .distinct()
              .toList());
    }
    return isPullError(reason)
        ? new Reading.Complete(List.of(failure(onlyImage(), reason)))
        : new Reading.Nothing(origin.id() + " failed of no pull");
  }

  private Failure failure(@Nullable ImageReference image, String text) {
    var excerpt = new Excerpt(Place.STOPPED_REASON, text);
    return new Failure(origin, image, List.of(excerpt), role, null);
  }

  /** Where no container says that it failed, only the text can tell several images apart. */
  private @Nullable ImageReference onlyImage() {
    var images = containers.stream().map(Container::image).filter(Objects::nonNull).distinct();
    var known = images.toList();
    return known.size() == 1 ? reference(known.getFirst()) : null;
  }

  private static @Nullable ImageReference reference(@Nullable String image) {
    return Optional.ofNullable(image).flatMap(ImageReference::parse).orElse(null);
  }
}
