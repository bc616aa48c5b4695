package io.pullrescue.credentials;

import io.pullrescue.registry.auth.RegistryCredentials;

/** Logins that the definition of a task or a job names for the image of one of its containers. */
public interface WorkloadPullSecretsPort {
  /**
   * The login that is kept there.
   *
   * @param secret the secret's name or ARN, as the definition has it
   */
  PullSecretResult findPullSecret(String secret);

  /** What became of the search. */
  public sealed interface PullSecretResult {}

  /** The login. */
  record Found(RegistryCredentials credentials) implements PullSecretResult {}

  /** It is not for us; {@code why} says so to people. */
  record NotAllowed(String reason) implements PullSecretResult {}
}
