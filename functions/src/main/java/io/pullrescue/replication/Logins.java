package io.pullrescue.replication;

import java.util.Optional;

/** Who we are at which registry. */
public interface Logins {
  /** The login for exactly this registry, such as {@code docker.io}; empty where there is none. */
  Optional<Login> at(String registry);
}
