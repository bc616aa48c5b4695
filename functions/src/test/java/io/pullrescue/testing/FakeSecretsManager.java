package io.pullrescue.testing;

import java.util.Map;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * AWS Secrets Manager with these secrets.
 *
 * @param secrets the name or ARN of each secret, and its text
 */
public record FakeSecretsManager(Map<String, String> secrets) implements SecretsManagerClient {
  @Override
  public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
    var secret = secrets.get(request.secretId());
    if (secret == null) {
      throw ResourceNotFoundException.builder().message("there is no such secret").build();
    }
    return GetSecretValueResponse.builder().secretString(secret).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
