package io.pullrescue.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.auth.RegistryCredentials;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Reads credentials from Secrets Manager.
 *
 * <p>A secret is JSON with {@code username} and {@code password}, or with {@code username} and
 * {@code accessToken} as for the pull-through cache of Amazon ECR.
 */
public final class SecretsManagerCredentials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecretsManagerClient secretsManager;

  public SecretsManagerCredentials(SecretsManagerClient secretsManager) {
    this.secretsManager = secretsManager;
  }

  /**
   * Reads a secret by name or ARN.
   *
   * @throws IllegalStateException if the secret does not contain credentials
   */
  RegistryCredentials read(String secret) {
    var text = secretsManager.getSecretValue(request -> request.secretId(secret)).secretString();
    try {
      var json = JSON.readTree(text == null ? "" : text);
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
        "the secret %s does not contain credentials; store JSON with username and password in it"
            .formatted(secret));
  }
}
