package io.pullrescue.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.credentials.WorkloadPullSecrets.Found;
import io.pullrescue.credentials.WorkloadPullSecrets.PullSecretResult;
import io.pullrescue.credentials.WorkloadPullSecrets.Unavailable;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.testing.RecordedResponses;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

final class WorkloadPullSecretsTest {
  private static final String REGION = "us-east-1";
  private static final String ACCOUNT = "123456789012";
  private static final String LOCAL_ARN_PREFIX =
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  @ParameterizedTest
  @CsvSource({
    "hub,          hub",
    "hub,          HERE:hub-a1B2c3",
    "hub,          HERE:hub",
    "my-secret,    HERE:my-secret",
    "team-*,       HERE:team-shop/hub-a1B2c3",
    "HERE:hub-*,   HERE:hub-a1B2c3",
    "arn:aws:secretsmanager:us-east-1:999999999999:secret:*,"
        + " arn:aws:secretsmanager:us-east-1:999999999999:secret:hub-a1B2c3"
  })
  void readsAllowedSecret(String allowed, String secret) {
    respondWithSecret("{\"username\":\"someone\",\"password\":\"hunter2\"}");

    assertThat(find(allowed, secret))
        .isEqualTo(new Found(new RegistryCredentials("someone", "hunter2")));
    assertThat(aws.requests()).singleElement().asString().contains(arn(secret));
  }

  @ParameterizedTest
  @CsvSource({
    "hub,    hub2",
    "hub,    HERE:hub2-a1B2c3",
    "hub,    HERE:team/hub-a1B2c3",
    "team.*, team-shop",
    "hub,    arn:aws:secretsmanager:us-east-1:999999999999:secret:hub-a1B2c3",
    "hub,    arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-a1B2c3"
  })
  void rejectsSecretThatIsNotAllowed(String allowed, String secret) {
    assertThat(find(allowed, secret))
        .isEqualTo(
            new Unavailable(
                "the secret %s of the definition was not used, because `workloadPullSecrets` does not allow it"
                    .formatted(arn(secret))));
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void reportsSecretsManagerErrorForUnreadableSecret() {
    aws.respondTo("GetSecretValue", "{\"__type\": \"ResourceNotFoundException\"}");

    assertThat(find("hub", "hub"))
        .isEqualTo(
            new Unavailable(
                "the secret hub of the definition could not be read: SecretsManager answers"
                    + " ResourceNotFoundException"));
  }

  @Test
  void rethrowsThrottlingErrors() {
    for (var attempt = 0; attempt < 10; attempt++) {
      aws.respondTo("GetSecretValue", "{\"__type\": \"ThrottlingException\"}");
    }

    assertThatThrownBy(() -> find("hub", "hub")).isInstanceOf(SecretsManagerException.class);
  }

  @Test
  void doesNotRevealContentOfInvalidSecret() {
    respondWithSecret("hunter2");

    assertThat(find("hub", "hub"))
        .isEqualTo(
            new Unavailable(
                "the secret hub of the definition does not contain a username and a password"));
  }

  private void respondWithSecret(String secret) {
    aws.respondTo(
        "GetSecretValue",
        "{\"Name\": \"hub\", \"SecretString\": \"%s\"}".formatted(secret.replace("\"", "\\\"")));
  }

  private PullSecretResult find(String allowed, String secret) {
    var secretsManager = aws.client(SecretsManagerClient.builder());
    return new WorkloadPullSecrets(
            List.of(arn(allowed)), REGION, ACCOUNT, new SecretsManagerCredentials(secretsManager))
        .findPullSecret(arn(secret));
  }

  private static String arn(String name) {
    return name.replace("HERE:", LOCAL_ARN_PREFIX);
  }
}
