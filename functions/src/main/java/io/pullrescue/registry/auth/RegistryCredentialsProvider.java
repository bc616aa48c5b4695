package io.pullrescue.registry.auth;

import java.util.Optional;

/** Who we are at which registry. */
public interface RegistryCredentialsProvider {
  /** The login for exactly this registry, such as {@code docker.io}; empty where there is none. */
  Optional<RegistryCredentials> resolveCredentials(String registry);
}
