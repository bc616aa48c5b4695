package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Images that the operator wants no copies of, whoever asks.
 *
 * @param patterns registry and repository, {@code *} for any characters: {@code docker.io/acme/*}
 */
public record DenyList(List<String> patterns) {
  /** Denies nothing. */
  public static final DenyList EMPTY = new DenyList(List.of());

  /** Copies the list, so that it never changes. */
  public DenyList {
    patterns = List.copyOf(patterns);
  }

  /** The pattern that this image is denied by. */
  Optional<String> denying(ImageReference image) {
    return patterns.stream().filter(pattern -> matches(pattern, image.name())).findFirst();
  }

  private static boolean matches(String pattern, String name) {
    return Pattern.matches("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E", name);
  }
}
