package io.pullrescue.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.FunctionConfig.Mode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FunctionConfigTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  @Test
  void providesDefaultsForOptionalSettings() {
    var config =
        new FunctionConfig(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, "PULL_RESCUE_BUS", ""));

    assertThat(config.mode()).isEqualTo(Mode.RESCUE);
    assertThat(config.retryConfig()).isEqualTo(RetryConfig.DEFAULTS);
    assertThat(config.eventBusName()).isEqualTo("default");
    assertThat(config.credentials()).isEmpty();
    assertThat(config.mirror().registry()).isEqualTo(REGISTRY);
    assertThat(config.mirror().prefixes()).hasSize(8);
    assertThat(config.probeBuilds()).isTrue();
    assertThat(config.sourceBuckets()).isEmpty();
    assertThat(config.buildLogBuckets()).isEmpty();
    assertThat(config.workloadPullSecrets()).isEmpty();
    assertThat(config.platforms()).isEqualTo(FunctionConfig.PlatformSelection.ALL);
    assertThat(config.archiveAfterDays()).isZero();
    assertThat(config.mirror().denyList()).isEqualTo(DenyList.EMPTY);
    assertThat(config.crossAccountAccess()).isEqualTo(CrossAccountAccess.NONE);
  }

  @Test
  void readsConfiguredSettings() {
    var config =
        new FunctionConfig(
            Map.ofEntries(
                Map.entry("PULL_RESCUE_MODE", "observe"),
                Map.entry("PULL_RESCUE_PLATFORMS", "needed"),
                Map.entry("PULL_RESCUE_REGISTRY", REGISTRY),
                Map.entry("PULL_RESCUE_UPSTREAMS", "docker.io, quay.io"),
                Map.entry(
                    "PULL_RESCUE_CREDENTIALS",
                    "docker.io=hub, quay.io=arn:aws:secretsmanager:x:1:y"),
                Map.entry("PULL_RESCUE_MAXIMUM_ATTEMPTS", "1"),
                Map.entry("PULL_RESCUE_MAXIMUM_RETRIES_PER_HOUR", "5"),
                Map.entry("PULL_RESCUE_PROJECT_CHANGES", "until-success"),
                Map.entry("PULL_RESCUE_ECS", "tagged"),
                Map.entry("PULL_RESCUE_BATCH", "all"),
                Map.entry("PULL_RESCUE_COMMANDS", "tag"),
                Map.entry("PULL_RESCUE_PROBE_BUILDS", "off"),
                Map.entry("PULL_RESCUE_SOURCE_BUCKETS", "sources, teams-*"),
                Map.entry("PULL_RESCUE_BUILD_LOG_BUCKETS", "logs-*"),
                Map.entry("PULL_RESCUE_WORKLOAD_SECRETS", "hub/login, team-*"),
                Map.entry("PULL_RESCUE_DENIED_IMAGES", "docker.io/acme/*, quay.io/app"),
                Map.entry("PULL_RESCUE_PULL_ACCOUNTS", "111111111111,222222222222"),
                Map.entry("PULL_RESCUE_PULL_ORGANIZATION", "o-a1b2c3d4e5"),
                Map.entry("PULL_RESCUE_REPLICATION_QUEUE_URL", "https://sqs/x")));

    assertThat(config.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(config.mirror().prefixes()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(config.mirror().denyList().patterns())
        .containsExactly("docker.io/acme/*", "quay.io/app");
    assertThat(config.crossAccountAccess())
        .isEqualTo(new CrossAccountAccess(List.of("111111111111", "222222222222"), "o-a1b2c3d4e5"));
    assertThat(config.credentials()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(config.retryConfig())
        .isEqualTo(
            new RetryConfig(
                1, 5, RetryConfig.ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.TAG));
    assertThat(config.platforms()).isEqualTo(FunctionConfig.PlatformSelection.NEEDED);
    assertThat(config.ecsRetry()).isEqualTo(WorkloadRetryMode.TAGGED);
    assertThat(config.batchRetry()).isEqualTo(WorkloadRetryMode.ALL);
    assertThat(config.probeBuilds()).isFalse();
    assertThat(config.sourceBuckets()).containsExactly("sources", "teams-*");
    assertThat(config.buildLogBuckets()).containsExactly("logs-*");
    assertThat(config.workloadPullSecrets()).containsExactly("hub/login", "team-*");
    assertThat(config.replicationQueueUrl()).isEqualTo("https://sqs/x");
  }

  @Test
  void namesInvalidVariableAndAllowedValues() {
    assertInvalid("PULL_RESCUE_MODE", "fast", "one of observe, replicate, rescue");
    assertInvalid("PULL_RESCUE_UPSTREAMS", "evil.example.com", "docker.io");
    assertInvalid("PULL_RESCUE_CREDENTIALS", "hub", "registry=secret");
    assertInvalid("PULL_RESCUE_MAXIMUM_ATTEMPTS", "many", "a number from 0 to 999");
    assertInvalid("PULL_RESCUE_PROJECT_CHANGES", "yes", "one of off, until-success, permanent");
    assertInvalid("PULL_RESCUE_PLATFORMS", "linux/amd64", "one of all, needed");
    assertInvalid("PULL_RESCUE_PROBE_BUILDS", "no", "on or off");
    assertInvalid("PULL_RESCUE_ECS", "on", "one of off, tagged, all");
    assertInvalid("PULL_RESCUE_BATCH", "on", "one of off, tagged, all");
    assertInvalid("PULL_RESCUE_COMMANDS", "none", "one of mirror, tag, login");
    assertThatThrownBy(() -> new FunctionConfig(Map.of()).mirror())
        .hasMessageContaining("PULL_RESCUE_REGISTRY is not set");
  }

  @Test
  void requiresDockerHubSecretForLoginSubstitution() {
    var variable = "PULL_RESCUE_CREDENTIALS";
    var environment = Map.of("PULL_RESCUE_COMMANDS", "login", variable, "docker.io=hub");

    assertThat(new FunctionConfig(environment).dockerHubSecret()).contains("hub");
    assertThat(new FunctionConfig(Map.of(variable, "docker.io=hub")).dockerHubSecret()).isEmpty();
    assertThatThrownBy(
            () -> new FunctionConfig(Map.of("PULL_RESCUE_COMMANDS", "login")).dockerHubSecret())
        .hasMessageContaining(variable)
        .hasMessageContaining("docker.io=");
  }

  private static void assertInvalid(String name, String value, String expected) {
    var config = new FunctionConfig(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, name, value));
    assertThatThrownBy(
            () -> {
              config.mode();
              config.mirror();
              config.credentials();
              config.retryConfig();
              config.probeBuilds();
              config.platforms();
              config.ecsRetry();
              config.batchRetry();
            })
        .hasMessageContaining(name)
        .hasMessageContaining(expected);
  }
}
