package io.pullrescue.image;

import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, as an index names it: {@code linux/arm64}, {@code linux/arm/v7}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image
 *     index</a>
 */
public record Platform(String os, String architecture, @Nullable String variant) {
  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
