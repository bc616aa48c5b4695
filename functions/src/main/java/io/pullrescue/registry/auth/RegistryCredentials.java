package io.pullrescue.registry.auth;

/** A user and a secret of one registry. */
public record RegistryCredentials(String username, String password) {
  /** Without the secret: this is what ends up in logs. */
  @Override
  public String toString() {
    return "Login[user=" + username + "]";
  }
}
