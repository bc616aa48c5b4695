package io.pullrescue.registry.auth;

import java.util.Optional;

/** Finds the credentials for a registry. */
public interface RegistryCredentialsProvider {
  /** Returns the credentials for exactly this registry, such as {@code docker.io}. */
  Optional<RegistryCredentials> resolveCredentials(String registry);
}
