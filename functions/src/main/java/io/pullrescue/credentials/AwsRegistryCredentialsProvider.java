package io.pullrescue.credentials;

import io.pullrescue.ecr.EcrCredentials;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import java.util.Map;
import java.util.Optional;

/**
 * Logins kept in AWS: the mirror's from Amazon ECR, the upstreams' from where the operator put
 * them.
 */
public final class AwsRegistryCredentialsProvider implements RegistryCredentialsProvider {
  private final String mirrorRegistry;
  private final EcrCredentials ecrCredentials;
  private final Map<String, String> credentialReferences;
  private final SecretsManagerCredentials secretsManager;
  private final ParameterStoreCredentials parameterStore;

  /**
   * Logins for the mirror's registry, and for each registry that one is named for.
   *
   * @param credentialReferences registry, such as {@code docker.io}, to the name or ARN of its
   *     secret, or to {@code ssm:} and the names of two parameters
   */
  public AwsRegistryCredentialsProvider(
      String mirrorRegistry,
      EcrCredentials ecrCredentials,
      Map<String, String> credentialReferences,
      SecretsManagerCredentials secretsManager,
      ParameterStoreCredentials parameterStore) {
    this.mirrorRegistry = mirrorRegistry;
    this.ecrCredentials = ecrCredentials;
    this.credentialReferences = Map.copyOf(credentialReferences);
    this.secretsManager = secretsManager;
    this.parameterStore = parameterStore;
  }

  @Override
  public Optional<RegistryCredentials> resolveCredentials(String registry) {
    return registry.equals(mirrorRegistry)
        ? Optional.of(ecrCredentials.credentials())
        : Optional.ofNullable(credentialReferences.get(registry)).map(this::read);
  }

  private RegistryCredentials read(String reference) {
    return ParameterStoreCredentials.supports(reference)
        ? parameterStore.read(reference)
        : secretsManager.read(reference);
  }
}
