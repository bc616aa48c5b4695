package io.pullrescue.retry;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * An image and its copy.
 *
 * @param image as the failed work named it
 * @param copy the same in the mirror, by digest alone: a tag may move, and some clients refuse both
 * @param digest of the bytes, upstream and in the mirror
 */
public record Copy(ImageReference image, ImageReference copy, Digest digest) {
  /** Pins the copy. */
  public Copy {
    copy = copy.byDigest(digest);
  }

  /** The copy that this reference to the mirror, with its digest, is; empty where it has none. */
  public static Optional<Copy> of(ImageReference image, ImageReference copy) {
    return Optional.ofNullable(copy.digest()).map(digest -> new Copy(image, copy, digest));
  }

  /** Reads {@code image=copy@digest}; empty where it is not that. */
  static Optional<Copy> parse(String text) {
    var parts = text.split("=", 2);
    return parts.length < 2
        ? Optional.empty()
        : ImageReference.parse(parts[0])
            .flatMap(image -> ImageReference.parse(parts[1]).flatMap(copy -> of(image, copy)));
  }

  @Override
  public String toString() {
    return image + "=" + copy;
  }
}
