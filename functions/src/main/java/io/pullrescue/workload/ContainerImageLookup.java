package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks up which of the images that containers could not pull are mirrored. */
public final class ContainerImageLookup {
  private final MirrorNaming mirror;
  private final MirroredImageLookup imageLookup;

  /** Creates a lookup in this mirror. */
  public ContainerImageLookup(MirrorNaming mirror, MirroredImageLookup imageLookup) {
    this.mirror = mirror;
    this.imageLookup = imageLookup;
  }

  /** Returns whether all images that these containers need are mirrored. */
  public Availability lookUp(ImageReplicated replicated, List<ContainerStatus> containers) {
    if (!mirror.isMirrorOf(replicated.image(), replicated.mirroredImage())) {
      return new Rejected(
          replicated.mirroredImage()
              + " is not the name of a mirrored image of "
              + replicated.image());
    }
    var lookupResult = imageLookup.lookUp(replicated, requiredImages(replicated, containers), null);
    return lookupResult.missing().isEmpty()
        ? new Ready(lookupResult.mirroredImages())
        : new Pending(lookupResult.missing().getFirst().familiarString());
  }

  /**
   * Each container that could not pull has its own diagnosis and replication request. A reference
   * to the mirror stands for its upstream image.
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

  /** States whether the workload can be retried. */
  public sealed interface Availability {}

  /** All required images are mirrored. */
  public record Ready(List<MirroredImage> mirroredImages) implements Availability {
    public Ready {
      mirroredImages = List.copyOf(mirroredImages);
    }
  }

  /**
   * A required image is not mirrored yet.
   *
   * @param image its name, for a message
   */
  public record Pending(String image) implements Availability {}

  /** The event names an image that the mirror would store under another name. */
  public record Rejected(String reason) implements Availability {}
}
