package io.pullrescue.ecr;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * An image and its copy.
 *
 * @param image as the failed work named it
 * @param mirrorReference the same in the mirror, by digest alone: a tag may move, and some clients
 *     refuse both
 * @param digest of the bytes, upstream and in the mirror
 */
public record MirroredImage(ImageReference image, ImageReference mirrorReference, Digest digest) {
  /** Pins the copy. */
  public MirroredImage {
    mirrorReference = mirrorReference.byDigest(digest);
  }

  /** The copy that this reference to the mirror, with its digest, is; empty where it has none. */
  public static Optional<MirroredImage> of(ImageReference image, ImageReference mirrorReference) {
    return Optional.ofNullable(mirrorReference.digest())
        .map(digest -> new MirroredImage(image, mirrorReference, digest));
  }

  /** Reads {@code image=copy@digest}; empty where it is not that. */
  public static Optional<MirroredImage> parse(String text) {
    var parts = text.split("=", 2);
    return parts.length < 2
        ? Optional.empty()
        : ImageReference.parse(parts[0])
            .flatMap(image ->
                ImageReference.parse(parts[1])
                    .flatMap(mirrorReference -> of(image, mirrorReference)));
  }

  @Override
  public String toString() {
    return image + "=" + mirrorReference;
  }
}
