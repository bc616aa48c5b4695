package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Login;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.ImageTagMutabilityExclusionFilter;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/** Repositories and logins against the control plane that moto plays. */
class MirrorInAwsIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  private final EcrClient ecr = MOTO.client(EcrClient.builder());
  private final SecretsManagerClient secrets = MOTO.client(SecretsManagerClient.builder());
  private final EcrMirrorRepositories repositories =
      new EcrMirrorRepositories(ecr, "123456789012", "us-east-1", Sharing.NONE, 90);

  @Test
  void makesARepositoryThatIsScannedAndThatCodeBuildMayPullFrom() {
    repositories.ensure("docker-hub/library/ruby");

    var made =
        ecr.describeRepositories(request -> request.repositoryNames("docker-hub/library/ruby"))
            .repositories()
            .getFirst();
    assertThat(made.imageScanningConfiguration().scanOnPush()).isTrue();
    assertThat(ecr.listTagsForResource(request -> request.resourceArn(made.repositoryArn())).tags())
        .anyMatch(tag -> tag.key().equals("created-by") && tag.value().equals("pull-rescue"));
    assertThat(policy("docker-hub/library/ruby")).contains("codebuild.amazonaws.com");
  }

  @Test
  void bringsThePolicyOfARepositoryUpToDateThatWasThereBefore() {
    ecr.createRepository(request -> request.repositoryName("quay/older"));
    ecr.setRepositoryPolicy(request ->
        request
            .repositoryName("quay/older")
            .policyText(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Theirs\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"ecr:BatchGetImage\"}]}"));

    repositories.ensure("quay/older");
    repositories.ensure("quay/older");

    assertThat(policy("quay/older")).contains("Theirs").containsOnlyOnce("PullRescueCodeBuild");
  }

  @Test
  void knowsARepositoryThatItHasJustMadeFromOneThatWasThere() {
    assertThat(repositories.ensure("quay/new")).isTrue();
    assertThat(repositories.ensure("quay/new")).isFalse();
  }

  @Test
  void knowsWhereTagsMayNotBeMoved() {
    ecr.createRepository(request ->
        request.repositoryName("quay/still").imageTagMutability(ImageTagMutability.IMMUTABLE));
    ecr.createRepository(request -> request.repositoryName("quay/moving"));

    assertThat(repositories.isImmutable("quay/still", "1")).isTrue();
    assertThat(repositories.isImmutable("quay/moving", "1")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "IMMUTABLE_WITH_EXCLUSION, latest, false",
    "IMMUTABLE_WITH_EXCLUSION, dev-7, false",
    "IMMUTABLE_WITH_EXCLUSION, 1.0, true",
    "IMMUTABLE_WITH_EXCLUSION, latest.1, true",
    "MUTABLE_WITH_EXCLUSION, latest, true",
    "MUTABLE_WITH_EXCLUSION, 1.0, false",
  })
  void knowsWhichTagsAreExcludedFromThat(ImageTagMutability kind, String tag, boolean immutable) {
    var name = "quay/" + kind.toString().toLowerCase(Locale.ROOT) + "/" + tag;
    ecr.createRepository(request ->
        request
            .repositoryName(name)
            .imageTagMutability(kind)
            .imageTagMutabilityExclusionFilters(excluded("latest"), excluded("dev-*")));

    assertThat(repositories.isImmutable(name, tag)).isEqualTo(immutable);
  }

  private static ImageTagMutabilityExclusionFilter excluded(String filter) {
    return ImageTagMutabilityExclusionFilter.builder()
        .filterType("WILDCARD")
        .filter(filter)
        .build();
  }

  @Test
  void leavesItToTheRegistryWhichBlobsThereAreWhereTheApiIsNotKnown() {
    repositories.ensure("quay/blobs");

    assertThat(repositories.holdings("quay/blobs", List.of(Digest.of(new byte[1])))).isEmpty();
  }

  @Test
  void logsInToTheMirrorWithTheTokenOfEcr() {
    assertThat(logins(Map.of()).at(MIRROR)).contains(new Login("AWS", "123456789012-auth-token"));
  }

  @Test
  void readsBothFormsOfASecret() {
    secret("hub", "{\"username\":\"someone\",\"password\":\"secret\"}");
    secret("ecr-pullthroughcache/quay", "{\"username\":\"robot\",\"accessToken\":\"token\"}");
    var logins = logins(Map.of("docker.io", "hub", "quay.io", "ecr-pullthroughcache/quay"));

    assertThat(logins.at("docker.io")).contains(new Login("someone", "secret"));
    assertThat(logins.at("quay.io")).contains(new Login("robot", "token"));
    assertThat(logins.at("ghcr.io")).isEmpty();
  }

  @Test
  void readsALoginFromTwoParameters() {
    try (var ssm = MOTO.client(SsmClient.builder())) {
      parameter(ssm, "/hub/user", "someone");
      parameter(ssm, "/hub/password", "secret");
    }
    var logins =
        logins(
            Map.of(
                "docker.io", "ssm:/hub/user,/hub/password",
                "quay.io", "ssm:/hub/user,/hub/none",
                "ghcr.io", "ssm:/hub/password"));

    assertThat(logins.at("docker.io")).contains(new Login("someone", "secret"));
    assertThatThrownBy(() -> logins.at("quay.io"))
        .hasMessageContaining("/hub/user and /hub/none are no login")
        .hasMessageNotContaining("someone");
    assertThatThrownBy(() -> logins.at("ghcr.io"))
        .hasMessageContaining("/hub/password are no login")
        .hasMessageNotContaining("secret");
  }

  private static void parameter(SsmClient ssm, String name, String value) {
    ssm.putParameter(request -> request.name(name).value(value).type(ParameterType.SECURE_STRING));
  }

  @Test
  void namesASecretThatIsNoLoginAndNeverWhatIsInIt() {
    secret("plain", "hunter2");
    secret("empty", "{\"user\":\"hunter2\"}");

    assertThatThrownBy(() -> logins(Map.of("docker.io", "plain")).at("docker.io"))
        .hasMessageContaining("plain is no login")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
    assertThatThrownBy(() -> logins(Map.of("docker.io", "empty")).at("docker.io"))
        .hasMessageContaining("empty is no login");
  }

  private AwsLogins logins(Map<String, String> names) {
    var provider = SecretsProvider.builder().withClient(secrets).build();
    return new AwsLogins(
        MIRROR,
        new EcrLogin(ecr),
        names,
        new SecretLogins(provider),
        new ParameterLogins(() -> MOTO.client(SsmClient.builder())));
  }

  private void secret(String name, String text) {
    secrets.createSecret(request -> request.name(name).secretString(text));
  }

  private String policy(String repository) {
    return ecr.getRepositoryPolicy(request -> request.repositoryName(repository)).policyText();
  }
}
