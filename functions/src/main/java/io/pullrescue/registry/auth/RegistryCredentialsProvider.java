package io.pullrescue.registry.auth;

import io.pullrescue.image.ImageReference;
import java.util.Optional;

/** Finds the credentials for a registry. */
public interface RegistryCredentialsProvider {
  /** Returns the credentials for exactly this registry, such as {@code docker.io}. */
  Optional<RegistryCredentials> resolveCredentials(String registry);

  /**
   * Returns whether the credentials may be used for this image even if nobody can read it without
   * credentials. Otherwise they only raise the rate limit for images that everybody can read.
   */
  default boolean allowsPrivate(ImageReference image) {
    return false;
  }
}
