package io.pullrescue.image;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operating system and architecture of an image, as in an image index: {@code linux/arm64},
 * {@code linux/arm/v7}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image
 *     index</a>
 */
public record Platform(String os, String architecture, @Nullable String variant) {
  private static final Pattern PATTERN =
      Pattern.compile("([a-z0-9]{1,20})/([a-z0-9_]{1,20})(?:/([a-z0-9_.]{1,20}))?");

  /** Parses {@code os/architecture} or {@code os/architecture/variant}; empty for other text. */
  public static Optional<Platform> parse(String text) {
    var parts = PATTERN.matcher(text);
    return parts.matches()
        ? Optional.of(new Platform(parts.group(1), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  /** Returns whether the other platform is this one; without a variant, any variant matches. */
  public boolean matches(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant == null || variant.equals(other.variant));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
