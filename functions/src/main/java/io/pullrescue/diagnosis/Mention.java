package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;

/** A place in a text where an image is named. */
sealed interface Mention {
  /**
   * A name that can be read.
   *
   * @param pinned whether a tag or a digest was written; else {@code latest} is only the custom
   * @param qualified whether a registry was written
   * @param ending what follows the name
   */
  record Named(ImageReference image, boolean pinned, boolean qualified, Ending ending)
      implements Mention {
    Named(ImageReference image, boolean pinned, boolean qualified) {
      this(image, pinned, qualified, Ending.CLOSED);
    }

    Named ending(Ending other) {
      return new Named(image, pinned, qualified, other);
    }
  }

  /** How a name ends. */
  enum Ending {
    /** Something else follows. */
    CLOSED,
    /** The line ends with it. */
    OPEN,
    /** Dots follow, of which some tools mean progress and others an omission. */
    DOTS
  }

  /** Something stands there, but it is masked, cut or no reference at all. */
  record Unreadable() implements Mention {}
}
