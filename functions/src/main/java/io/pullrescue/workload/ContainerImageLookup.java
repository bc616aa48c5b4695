package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which of the images that containers could not pull are in the mirror by now. */
public final class ContainerImageLookup {
  private final MirrorNaming mirror;
  private final MirroredImageLookup imageLookup;

  public ContainerImageLookup(MirrorNaming mirror, MirroredImageLookup imageLookup) {
    this.mirror = mirror;
    this.imageLookup = imageLookup;
  }

  /** The copies for containers that wait for an image that has just arrived. */
  public Availability lookUp(ImageReplicated replicated, List<ContainerStatus> containers) {
    if (!mirror.isMirrorOf(replicated.image(), replicated.mirroredImage())) {
      return new Rejected(replicated.mirroredImage() + " is no place where the mirror keeps that");
    }
    var lookupResult = imageLookup.lookUp(replicated, requiredImages(replicated, containers), null);
    return lookupResult.missing().isEmpty()
        ? new Ready(lookupResult.mirroredImages())
        : new Pending(lookupResult.missing().getFirst().familiarString());
  }

  /**
   * Each container that could not pull has had its own diagnosis, and its own request. A reference
   * to the mirror waits for the image behind it, as every other one does.
   */
  private List<ImageReference> requiredImages(
      ImageReplicated replicated, List<ContainerStatus> containers) {
    var containerImages =
        containers.stream()
            .filter(ContainerStatus::failedToPull)
            .map(container -> Optional.ofNullable(container.image()))
            .flatMap(image -> image.flatMap(ImageReference::parse).stream())
            .filter(image -> mirror.mirrorReference(image).isPresent());
    return Stream.concat(replicated.requiredImages().stream(), containerImages)
        .map(image -> mirror.upstreamReference(image).orElse(image))
        .distinct()
        .toList();
  }

  /** Whether the work can start. */
  public sealed interface Availability {}

  /** All images that are waited for. */
  public record Ready(List<MirroredImage> mirroredImages) implements Availability {
    public Ready {
      mirroredImages = List.copyOf(mirroredImages);
    }
  }

  /** This image is still to come. */
  public record Pending(String image) implements Availability {}

  /** What arrived is no copy that the mirror keeps. */
  public record Rejected(String reason) implements Availability {}
}
