package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.MirrorAccess;
import io.pullrescue.credentials.AwsRegistryCredentialsProvider;
import io.pullrescue.credentials.SecretsManagerCredentials;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.testing.MotoServer;
import io.pullrescue.text.WildcardMatcher;
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
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Repositories and credentials, with the AWS APIs of moto. */
class EcrMirrorRepositoryManagerIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  private final EcrClient ecr = MOTO.client(EcrClient.builder());
  private final SecretsManagerClient secrets = MOTO.client(SecretsManagerClient.builder());
  private final EcrMirrorRepositoryManager repositories =
      new EcrMirrorRepositoryManager(
          ecr,
          "123456789012",
          "us-east-1",
          MirrorAccess.NONE,
          new PullThroughCacheRules(ecr, "123456789012.dkr.ecr.us-east-1.amazonaws.com", List.of()),
          90,
          "");

  @Test
  void createsScannedRepositoryThatCodeBuildMayPullFrom() {
    repositories.createIfAbsent("docker-hub/library/ruby");

    var created =
        ecr.describeRepositories(request -> request.repositoryNames("docker-hub/library/ruby"))
            .repositories()
            .getFirst();
    assertThat(created.imageScanningConfiguration().scanOnPush()).isTrue();
    assertThat(
            ecr.listTagsForResource(request -> request.resourceArn(created.repositoryArn())).tags())
        .anyMatch(tag -> tag.key().equals("created-by") && tag.value().equals("pull-rescue"));
    assertThat(getPolicy("docker-hub/library/ruby")).contains("codebuild.amazonaws.com");
  }

  @Test
  void updatesPolicyOfExistingRepository() {
    ecr.createRepository(
        request -> request.repositoryName("quay/older").tags(RepositoryOwnership.CREATED_BY_TAG));
    ecr.setRepositoryPolicy(request ->
        request
            .repositoryName("quay/older")
            .policyText(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Theirs\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"ecr:BatchGetImage\"}]}"));

    repositories.createIfAbsent("quay/older");
    repositories.createIfAbsent("quay/older");

    assertThat(getPolicy("quay/older")).contains("Theirs").containsOnlyOnce("PullRescueCodeBuild");
  }

  @Test
  void leavesRepositoryOfOthersAsItIs() {
    ecr.createRepository(request -> request.repositoryName("github/acme/secret-app"));

    assertThatThrownBy(() -> repositories.createIfAbsent("github/acme/secret-app"))
        .hasMessageContaining("was not created by pull-rescue");
    assertThatThrownBy(() -> getPolicy("github/acme/secret-app"))
        .isInstanceOf(RepositoryPolicyNotFoundException.class);
  }

  @Test
  void reportsWhetherRepositoryWasCreated() {
    assertThat(repositories.createIfAbsent("quay/new")).isTrue();
    assertThat(repositories.createIfAbsent("quay/new")).isFalse();
  }

  @Test
  void detectsImmutableTags() {
    ecr.createRepository(request ->
        request.repositoryName("quay/still").imageTagMutability(ImageTagMutability.IMMUTABLE));
    ecr.createRepository(request -> request.repositoryName("quay/moving"));

    assertThat(repositories.isTagImmutable("quay/still", "1")).isTrue();
    assertThat(repositories.isTagImmutable("quay/moving", "1")).isFalse();
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
  void appliesTagMutabilityExclusionFilters(
      ImageTagMutability kind, String tag, boolean immutable) {
    var name = "quay/" + kind.toString().toLowerCase(Locale.ROOT) + "/" + tag;
    ecr.createRepository(request ->
        request
            .repositoryName(name)
            .imageTagMutability(kind)
            .imageTagMutabilityExclusionFilters(
                exclusionFilter("latest"), exclusionFilter("dev-*")));

    assertThat(repositories.isTagImmutable(name, tag)).isEqualTo(immutable);
  }

  private static ImageTagMutabilityExclusionFilter exclusionFilter(String filter) {
    return ImageTagMutabilityExclusionFilter.builder()
        .filterType("WILDCARD")
        .filter(filter)
        .build();
  }

  @Test
  void returnsEmptyWhenLayerApiIsNotSupported() {
    repositories.createIfAbsent("quay/blobs");

    assertThat(repositories.existingBlobs("quay/blobs", List.of(Digest.of(new byte[1])))).isEmpty();
  }

  @Test
  void usesEcrTokenForMirrorRegistry() {
    assertThat(credentialsProvider(Map.of()).resolveCredentials(MIRROR))
        .contains(new RegistryCredentials("AWS", "123456789012-auth-token"));
  }

  @Test
  void readsSecretWithPasswordOrAccessToken() {
    createSecret("hub", "{\"username\":\"someone\",\"password\":\"secret\"}");
    createSecret("ecr-pullthroughcache/quay", "{\"username\":\"robot\",\"accessToken\":\"token\"}");
    var provider =
        credentialsProvider(Map.of("docker.io", "hub", "quay.io", "ecr-pullthroughcache/quay"));

    assertThat(provider.resolveCredentials("docker.io"))
        .contains(new RegistryCredentials("someone", "secret"));
    assertThat(provider.resolveCredentials("quay.io"))
        .contains(new RegistryCredentials("robot", "token"));
    assertThat(provider.resolveCredentials("ghcr.io")).isEmpty();
  }

  @Test
  void readsCredentialsFromTwoParameters() {
    try (var ssm = MOTO.client(SsmClient.builder())) {
      putParameter(ssm, "/hub/user", "someone");
      putParameter(ssm, "/hub/password", "secret");
    }
    var provider =
        credentialsProvider(
            Map.of(
                "docker.io", "ssm:/hub/user,/hub/password",
                "quay.io", "ssm:/hub/user,/hub/none",
                "ghcr.io", "ssm:/hub/password"));

    assertThat(provider.resolveCredentials("docker.io"))
        .contains(new RegistryCredentials("someone", "secret"));
    assertThatThrownBy(() -> provider.resolveCredentials("quay.io"))
        .hasMessageContaining("/hub/user and /hub/none do not contain credentials")
        .hasMessageNotContaining("someone");
    assertThatThrownBy(() -> provider.resolveCredentials("ghcr.io"))
        .hasMessageContaining("/hub/password do not contain credentials")
        .hasMessageNotContaining("secret");
  }

  private static void putParameter(SsmClient ssm, String name, String value) {
    ssm.putParameter(request -> request.name(name).value(value).type(ParameterType.SECURE_STRING));
  }

  @Test
  void reportsInvalidSecretWithoutItsContent() {
    createSecret("plain", "hunter2");
    createSecret("empty", "{\"user\":\"hunter2\"}");

    assertThatThrownBy(
            () -> credentialsProvider(Map.of("docker.io", "plain")).resolveCredentials("docker.io"))
        .hasMessageContaining("plain does not contain credentials")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
    assertThatThrownBy(
            () -> credentialsProvider(Map.of("docker.io", "empty")).resolveCredentials("docker.io"))
        .hasMessageContaining("empty does not contain credentials");
  }

  private AwsRegistryCredentialsProvider credentialsProvider(Map<String, String> names) {
    return new AwsRegistryCredentialsProvider(
        MIRROR,
        ecr,
        names,
        new WildcardMatcher(List.of()),
        new SecretsManagerCredentials(secrets),
        () -> MOTO.client(SsmClient.builder()));
  }

  private void createSecret(String name, String text) {
    secrets.createSecret(request -> request.name(name).secretString(text));
  }

  private String getPolicy(String repository) {
    return ecr.getRepositoryPolicy(request -> request.repositoryName(repository)).policyText();
  }
}
