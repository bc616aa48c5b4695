package io.pullrescue.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.auth.RegistryCredentials;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/**
 * Logins in Secrets Manager, as JSON with {@code username} and {@code password}, or with {@code
 * username} and {@code accessToken} as Amazon ECR's pull-through cache has them.
 */
public final class SecretsManagerCredentials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecretsProvider secretsProvider;

  /** Secrets by this provider, which keeps them for a few seconds. */
  public SecretsManagerCredentials(SecretsProvider secretsProvider) {
    this.secretsProvider = secretsProvider;
  }

  RegistryCredentials read(String secret) {
    try {
      var json = JSON.readTree(secretsProvider.get(secret));
      var user = json.path("username").asText("");
      var password = json.path("password").asText(json.path("accessToken").asText(""));
      if (!user.isEmpty() && !password.isEmpty()) {
        return new RegistryCredentials(user, password);
      }
    } catch (JsonProcessingException notJson) {
      // The cause is left out: its message quotes the secret.
      throw invalidSecret(secret);
    }
    throw invalidSecret(secret);
  }

  private static IllegalStateException invalidSecret(String secret) {
    return new IllegalStateException(
        "the secret %s is no login; store JSON with username and password in it".formatted(secret));
  }
}
