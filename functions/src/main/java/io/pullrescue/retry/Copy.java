package io.pullrescue.retry;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * An image and its copy.
 *
 * @param image as the failed work named it
 * @param copy the repository in the mirror; its tag is a remark for people
 * @param digest of the bytes, upstream and in the mirror: copies are used by it, since a tag may
 *     move
 */
public record Copy(ImageReference image, ImageReference copy, Digest digest) {
  /** The copy that this reference to the mirror, with its digest, is; empty where it has none. */
  public static Optional<Copy> of(ImageReference image, ImageReference copy) {
    return Optional.ofNullable(copy.digest()).map(digest -> new Copy(image, copy, digest));
  }

  /** The copy by digest alone, which every client understands. */
  public ImageReference pinned() {
    return copy.byDigest(digest);
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
    return image + "=" + pinned();
  }
}
