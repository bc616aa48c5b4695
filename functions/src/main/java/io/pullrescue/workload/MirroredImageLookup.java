package io.pullrescue.workload;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks up which of the images that failed work needs are mirrored. */
public final class MirroredImageLookup {
  private final Function<ImageReference, Optional<MirroredImage>> mirrorLookup;

  /**
   * Creates a lookup.
   *
   * @param mirrorLookup returns the mirrored image of an upstream image; empty if it is not
   *     mirrored
   */
  public MirroredImageLookup(Function<ImageReference, Optional<MirroredImage>> mirrorLookup) {
    this.mirrorLookup = mirrorLookup;
  }

  /**
   * Returns which of these images are mirrored.
   *
   * @param platform the platform that the work runs on; null if it is not known
   */
  LookupResult lookUp(List<ImageReference> images, @Nullable Platform platform) {
    var mirroredImages = new ArrayList<MirroredImage>();
    var missing = new ArrayList<ImageReference>();
    for (var image : images) {
      find(image, platform).ifPresentOrElse(mirroredImages::add, () -> missing.add(image));
    }
    return new LookupResult(mirroredImages, missing);
  }

  private Optional<MirroredImage> find(ImageReference image, @Nullable Platform platform) {
    return mirrorLookup.apply(image).or(() -> findForPlatform(image, platform));
  }

  /** With the setting {@code platforms: needed}, only the image of one platform is mirrored. */
  private Optional<MirroredImage> findForPlatform(
      ImageReference image, @Nullable Platform platform) {
    return Optional.ofNullable(platform)
        .flatMap(candidate -> MirrorNaming.platformTag(candidate, image))
        .flatMap(mirrorLookup)
        .map(platformImage ->
            new MirroredImage(image, platformImage.mirrorReference(), platformImage.digest()));
  }

  /** Holds the images that are mirrored and those that are not mirrored yet. */
  record LookupResult(List<MirroredImage> mirroredImages, List<ImageReference> missing) {
    public LookupResult {
      mirroredImages = List.copyOf(mirroredImages);
      missing = List.copyOf(missing);
    }
  }
}
