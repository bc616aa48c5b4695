package io.pullrescue.failure;

import io.pullrescue.failure.Excerpt.Place;
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
              .map(container -> failure(container, container.reason()))
              .distinct()
              .toList());
    }
    return isPullError(reason)
        ? new Reading.Complete(List.of(failure(only(), reason)))
        : new Reading.Nothing(origin.id() + " failed of no pull");
  }

  private Failure failure(@Nullable Container container, String text) {
    var excerpts = List.of(new Excerpt(Place.STOPPED_REASON, text));
    return container == null
        ? new Failure(origin, null, excerpts, role, null, null)
        : new Failure(
            origin, reference(container.image()), excerpts, role, null, container.credentials());
  }

  /** Where no container says that it failed, only the text can tell several images apart. */
  private @Nullable Container only() {
    var known = containers.stream().filter(container -> container.image() != null).toList();
    return known.stream().map(Container::image).distinct().count() == 1 ? known.getFirst() : null;
  }

  private static @Nullable ImageReference reference(@Nullable String image) {
    return Optional.ofNullable(image).flatMap(ImageReference::parse).orElse(null);
  }
}
