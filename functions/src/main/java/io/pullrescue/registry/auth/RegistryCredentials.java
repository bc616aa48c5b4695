package io.pullrescue.registry.auth;

/** A user name and a password or access token for one registry. */
public record RegistryCredentials(String username, String password) {
  /** Returns the user name only, because this text may be logged. */
  @Override
  public String toString() {
    return "RegistryCredentials[username=" + username + "]";
  }
}
