package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which of the images that failed work waits for are in the mirror by now. */
public final class MirroredImageLookup {
  private final Function<ImageReference, Optional<MirroredImage>> mirrorLookup;

  public MirroredImageLookup(Function<ImageReference, Optional<MirroredImage>> mirrorLookup) {
    this.mirrorLookup = mirrorLookup;
  }

  /**
   * These images in the mirror.
   *
   * @param replicated the image that has just arrived
   * @param platform what the work runs on; null where nobody can tell
   */
  public LookupResult lookUp(
      ImageReplicated replicated, List<ImageReference> images, @Nullable Platform platform) {
    var mirroredImages = new ArrayList<MirroredImage>();
    var missing = new ArrayList<ImageReference>();
    for (var image : images) {
      find(replicated, image, platform)
          .ifPresentOrElse(mirroredImages::add, () -> missing.add(image));
    }
    return new LookupResult(mirroredImages, missing);
  }

  private Optional<MirroredImage> find(
      ImageReplicated replicated, ImageReference image, @Nullable Platform platform) {
    return image.equals(replicated.image())
        ? MirroredImage.of(image, replicated.mirroredImage())
        : mirrorLookup.apply(image).or(() -> findForPlatform(image, platform));
  }

  /** Where only the platforms that are needed are copied, the whole image is never there. */
  private Optional<MirroredImage> findForPlatform(
      ImageReference image, @Nullable Platform platform) {
    return Optional.ofNullable(platform)
        .flatMap(candidate -> MirrorNaming.platformTag(candidate, image))
        .flatMap(mirrorLookup)
        .map(platformImage ->
            new MirroredImage(image, platformImage.mirrorReference(), platformImage.digest()));
  }

  /** What is there, and what is still to come. */
  public record LookupResult(List<MirroredImage> mirroredImages, List<ImageReference> missing) {
    public LookupResult {
      mirroredImages = List.copyOf(mirroredImages);
      missing = List.copyOf(missing);
    }
  }
}
