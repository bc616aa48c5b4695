package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;

/** An image as a text names it. */
public sealed interface ImageMention {
  /**
   * A complete name.
   *
   * @param pinned whether the text has a tag or digest; if not, {@code latest} is the default
   * @param qualified whether the text has a registry
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

  /** Names what follows a name. */
  enum Ending {
    /** More text follows. */
    FOLLOWED_BY_TEXT,
    /** The line ends with the name. */
    END_OF_LINE,
    /** Dots follow: some tools print them for progress, others where they cut the name. */
    ELLIPSIS
  }

  /** A name that is masked or cut, or text that is not a valid reference. */
  record Unresolvable() implements ImageMention {}
}
