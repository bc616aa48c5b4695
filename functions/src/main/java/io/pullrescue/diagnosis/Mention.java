package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;

/** A place in a text where an image is named. */
sealed interface Mention {
  /**
   * A name that can be read.
   *
   * @param pinned whether a tag or a digest was written; else {@code latest} is only the custom
   * @param qualified whether a registry was written
   */
  record Named(ImageReference image, boolean pinned, boolean qualified) implements Mention {}

  /** Something stands there, but it is masked, cut or no reference at all. */
  record Unreadable() implements Mention {}
}
