package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;

/** A place in a text where an image is named. */
public sealed interface ImageMention {
  /**
   * A name that can be read.
   *
   * @param pinned whether a tag or a digest was written; else {@code latest} is only the custom
   * @param qualified whether a registry was written
   * @param ending what follows the name
   */
  record Named(ImageReference image, boolean pinned, boolean qualified, Ending ending)
      implements ImageMention {
    public Named(ImageReference image, boolean pinned, boolean qualified) {
      this(image, pinned, qualified, Ending.FOLLOWED_BY_TEXT);
    }

    Named withEnding(Ending newEnding) {
      return new Named(image, pinned, qualified, newEnding);
    }
  }

  /** How a name ends. */
  enum Ending {
    /** Something else follows. */
    FOLLOWED_BY_TEXT,
    /** The line ends with it. */
    END_OF_LINE,
    /** Dots follow, of which some tools mean progress and others an omission. */
    ELLIPSIS
  }

  /** Something stands there, but it is masked, cut or no reference at all. */
  record Unresolvable() implements ImageMention {}
}
