package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.failure.Container;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.Copy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which of the images that containers could not pull are in the mirror by now. */
final class ContainerCopies {
  private final Mirror mirror;
  private final AwaitedCopies copies;

  ContainerCopies(Mirror mirror, AwaitedCopies copies) {
    this.mirror = mirror;
    this.copies = copies;
  }

  /** The copies for containers that wait for an image that has just arrived. */
  State of(ImageReplicated arrival, List<Container> containers) {
    if (!mirror.keeps(arrival.image(), arrival.copy())) {
      return new Forged(arrival.copy() + " is no place where the mirror keeps that");
    }
    var awaited = copies.of(arrival, images(arrival, containers), null);
    return awaited.missing().isEmpty()
        ? new All(awaited.copies())
        : new Missing(awaited.missing().getFirst().familiar());
  }

  /**
   * Each container that could not pull has had its own diagnosis, and its own request. A reference
   * to the mirror waits for the image behind it, as every other one does.
   */
  private List<ImageReference> images(ImageReplicated arrival, List<Container> containers) {
    var ofContainers =
        containers.stream()
            .filter(Container::failedToPull)
            .map(container -> Optional.ofNullable(container.image()))
            .flatMap(image -> image.flatMap(ImageReference::parse).stream())
            .filter(image -> mirror.copyOf(image).isPresent());
    return Stream.concat(arrival.images().stream(), ofContainers)
        .map(image -> mirror.upstreamOf(image).orElse(image))
        .distinct()
        .toList();
  }

  /** Whether the work can start. */
  sealed interface State {}

  /** All images that are waited for. */
  record All(List<Copy> copies) implements State {
    All {
      copies = List.copyOf(copies);
    }
  }

  /** This image is still to come. */
  record Missing(String image) implements State {}

  /** What arrived is no copy that the mirror keeps. */
  record Forged(String why) implements State {}
}
