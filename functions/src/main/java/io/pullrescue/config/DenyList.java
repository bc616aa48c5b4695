package io.pullrescue.config;

import io.pullrescue.image.ImageReference;
import io.pullrescue.text.WildcardMatcher;
import java.util.List;
import java.util.Optional;

/**
 * Lists the images that are never mirrored: the setting {@code deniedImages}.
 *
 * @param patterns registry and repository, {@code *} for any characters: {@code docker.io/acme/*}
 */
public record DenyList(List<String> patterns) {
  /** Denies no image. */
  static final DenyList EMPTY = new DenyList(List.of());

  public DenyList {
    patterns = List.copyOf(patterns);
  }

  /** Returns the pattern that denies this image; empty if none does. */
  Optional<String> matchingPattern(ImageReference image) {
    return new WildcardMatcher(patterns).findMatch(image.name());
  }
}
