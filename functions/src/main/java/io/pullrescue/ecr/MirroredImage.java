package io.pullrescue.ecr;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * An upstream image and where the mirror has it.
 *
 * @param image as the failed workload named it
 * @param mirrorReference the image in the mirror, by digest only: a tag may move, and some clients
 *     reject a reference with both
 * @param digest the same upstream and in the mirror
 */
public record MirroredImage(ImageReference image, ImageReference mirrorReference, Digest digest) {
  public MirroredImage {
    mirrorReference = mirrorReference.byDigest(digest);
  }

  /** Creates a mirrored image; empty if the reference to the mirror has no digest. */
  public static Optional<MirroredImage> of(ImageReference image, ImageReference mirrorReference) {
    return Optional.ofNullable(mirrorReference.digest())
        .map(digest -> new MirroredImage(image, mirrorReference, digest));
  }

  /** Parses {@code image=mirrorReference@digest}; empty if the text has another format. */
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
