package io.pullrescue.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.credentials.WorkloadPullSecretsPort.Found;
import io.pullrescue.credentials.WorkloadPullSecretsPort.NotAllowed;
import io.pullrescue.credentials.WorkloadPullSecretsPort.PullSecretResult;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.testing.RecordedResponses;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

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
            new NotAllowed(
                "the secret %s, which its definition names, is not among workloadSecrets"
                    .formatted(arn(secret))));
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void reportsSecretsManagerErrorForUnreadableSecret() {
    aws.respondTo("GetSecretValue", "{\"__type\": \"ResourceNotFoundException\"}");

    assertThat(find("hub", "hub"))
        .isEqualTo(
            new NotAllowed(
                "the secret hub, which its definition names, could not be read: SecretsManager"
                    + " answers ResourceNotFoundException"));
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
            new NotAllowed(
                "the secret hub, which its definition names, has no username and password in it"));
  }

  private void respondWithSecret(String secret) {
    aws.respondTo(
        "GetSecretValue",
        "{\"Name\": \"hub\", \"SecretString\": \"%s\"}".formatted(secret.replace("\"", "\\\"")));
  }

  private PullSecretResult find(String allowed, String secret) {
    var provider =
        SecretsProvider.builder().withClient(aws.client(SecretsManagerClient.builder())).build();
    return new WorkloadPullSecrets(
            List.of(arn(allowed)), REGION, ACCOUNT, new SecretsManagerCredentials(provider))
        .findPullSecret(arn(secret));
  }

  private static String arn(String name) {
    return name.replace("HERE:", LOCAL_ARN_PREFIX);
  }
}
