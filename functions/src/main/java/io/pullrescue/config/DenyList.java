package io.pullrescue.config;

import io.pullrescue.image.ImageReference;
import io.pullrescue.text.WildcardMatcher;
import java.util.List;
import java.util.Optional;

/**
 * Images that the operator wants no copies of, whoever asks.
 *
 * @param patterns registry and repository, {@code *} for any characters: {@code docker.io/acme/*}
 */
public record DenyList(List<String> patterns) {
  /** Denies nothing. */
  static final DenyList EMPTY = new DenyList(List.of());

  /** Copies the list, so that it never changes. */
  public DenyList {
    patterns = List.copyOf(patterns);
  }

  /** The pattern that this image is denied by. */
  Optional<String> matchingPattern(ImageReference image) {
    return new WildcardMatcher(patterns).findMatch(image.name());
  }
}
