package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.replication.Login;
import io.pullrescue.replication.WorkloadLogins.Found;
import io.pullrescue.replication.WorkloadLogins.Known;
import io.pullrescue.replication.WorkloadLogins.Withheld;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

final class AllowedSecretsTest {
  private static final String REGION = "us-east-1";
  private static final String ACCOUNT = "123456789012";
  private static final String HERE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

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
  void readsASecretThatTheOperatorNamed(String allowed, String secret) {
    answers("{\"username\":\"someone\",\"password\":\"hunter2\"}");

    assertThat(find(allowed, secret)).isEqualTo(new Known(new Login("someone", "hunter2")));
    assertThat(aws.asked()).singleElement().asString().contains(arn(secret));
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
  void asksForNoOtherSecret(String allowed, String secret) {
    assertThat(find(allowed, secret))
        .isEqualTo(
            new Withheld(
                "the secret %s, which its definition names, is not among workloadSecrets"
                    .formatted(arn(secret))));
    assertThat(aws.asked()).isEmpty();
  }

  @Test
  void saysWhatSecretsManagerAnswersWhereASecretCannotBeRead() {
    aws.to("GetSecretValue", "{\"__type\": \"ResourceNotFoundException\"}");

    assertThat(find("hub", "hub"))
        .isEqualTo(
            new Withheld(
                "the secret hub, which its definition names, could not be read: SecretsManager"
                    + " answers ResourceNotFoundException"));
  }

  @Test
  void comesAgainWhereSecretsManagerIsBusy() {
    for (var attempt = 0; attempt < 10; attempt++) {
      aws.to("GetSecretValue", "{\"__type\": \"ThrottlingException\"}");
    }

    assertThatThrownBy(() -> find("hub", "hub")).isInstanceOf(SecretsManagerException.class);
  }

  @Test
  void neverSaysWhatIsInASecretThatIsNoLogin() {
    answers("hunter2");

    assertThat(find("hub", "hub"))
        .isEqualTo(
            new Withheld(
                "the secret hub, which its definition names, has no username and password in it"));
  }

  private void answers(String secret) {
    aws.to(
        "GetSecretValue",
        "{\"Name\": \"hub\", \"SecretString\": \"%s\"}".formatted(secret.replace("\"", "\\\"")));
  }

  private Found find(String allowed, String secret) {
    var provider =
        SecretsProvider.builder().withClient(aws.client(SecretsManagerClient.builder())).build();
    return new AllowedSecrets(List.of(arn(allowed)), REGION, ACCOUNT, new SecretLogins(provider))
        .find(arn(secret));
  }

  private static String arn(String name) {
    return name.replace("HERE:", HERE);
  }
}
