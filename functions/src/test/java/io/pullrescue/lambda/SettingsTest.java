package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.aws.Sharing;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.replication.DenyList;
import io.pullrescue.retry.RescueCommands;
import io.pullrescue.retry.RetryRules;
import io.pullrescue.retry.WorkloadChanges;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  @Test
  void hasDefaultsForAllThatMayBeLeftOut() {
    var settings = new Settings(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, "PULL_RESCUE_BUS", ""));

    assertThat(settings.mode()).isEqualTo(Mode.RESCUE);
    assertThat(settings.retryRules()).isEqualTo(RetryRules.USUAL);
    assertThat(settings.bus()).isEqualTo("default");
    assertThat(settings.credentials()).isEmpty();
    assertThat(settings.mirror().registry()).isEqualTo(REGISTRY);
    assertThat(settings.mirror().prefixes()).hasSize(8);
    assertThat(settings.probeBuilds()).isTrue();
    assertThat(settings.sourceBuckets()).isEmpty();
    assertThat(settings.buildLogBuckets()).isEmpty();
    assertThat(settings.workloadSecrets()).isEmpty();
    assertThat(settings.platforms()).isEqualTo(Settings.Platforms.ALL);
    assertThat(settings.archiveAfterDays()).isZero();
    assertThat(settings.mirror().denied()).isEqualTo(DenyList.EMPTY);
    assertThat(settings.sharing()).isEqualTo(Sharing.NONE);
  }

  @Test
  void readsWhatTheOperatorChose() {
    var settings =
        new Settings(
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
                Map.entry("PULL_RESCUE_PROJECT_CHANGES", "until-green"),
                Map.entry("PULL_RESCUE_ECS", "tagged"),
                Map.entry("PULL_RESCUE_BATCH", "all"),
                Map.entry("PULL_RESCUE_COMMANDS", "tags"),
                Map.entry("PULL_RESCUE_PROBE_BUILDS", "off"),
                Map.entry("PULL_RESCUE_SOURCE_BUCKETS", "sources, teams-*"),
                Map.entry("PULL_RESCUE_BUILD_LOG_BUCKETS", "logs-*"),
                Map.entry("PULL_RESCUE_WORKLOAD_SECRETS", "hub/login, team-*"),
                Map.entry("PULL_RESCUE_DENIED_IMAGES", "docker.io/acme/*, quay.io/app"),
                Map.entry("PULL_RESCUE_PULL_ACCOUNTS", "111111111111,222222222222"),
                Map.entry("PULL_RESCUE_PULL_ORGANIZATION", "o-a1b2c3d4e5"),
                Map.entry("PULL_RESCUE_REPLICATION_QUEUE_URL", "https://sqs/x")));

    assertThat(settings.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(settings.mirror().prefixes()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(settings.mirror().denied().patterns())
        .containsExactly("docker.io/acme/*", "quay.io/app");
    assertThat(settings.sharing())
        .isEqualTo(new Sharing(List.of("111111111111", "222222222222"), "o-a1b2c3d4e5"));
    assertThat(settings.credentials()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(settings.retryRules())
        .isEqualTo(
            new RetryRules(1, 5, RetryRules.ProjectChanges.UNTIL_GREEN, RescueCommands.TAGS));
    assertThat(settings.platforms()).isEqualTo(Settings.Platforms.NEEDED);
    assertThat(settings.ecs()).isEqualTo(WorkloadChanges.TAGGED);
    assertThat(settings.batch()).isEqualTo(WorkloadChanges.ALL);
    assertThat(settings.probeBuilds()).isFalse();
    assertThat(settings.sourceBuckets()).containsExactly("sources", "teams-*");
    assertThat(settings.buildLogBuckets()).containsExactly("logs-*");
    assertThat(settings.workloadSecrets()).containsExactly("hub/login", "team-*");
    assertThat(settings.replicationQueueUrl()).isEqualTo("https://sqs/x");
  }

  @Test
  void namesTheVariableThatIsWrongAndWhatItMustBe() {
    assertWrong("PULL_RESCUE_MODE", "fast", "one of observe, replicate, rescue");
    assertWrong("PULL_RESCUE_UPSTREAMS", "evil.example.com", "docker.io");
    assertWrong("PULL_RESCUE_CREDENTIALS", "hub", "registry=secret");
    assertWrong("PULL_RESCUE_MAXIMUM_ATTEMPTS", "many", "a number from 0 to 999");
    assertWrong("PULL_RESCUE_PROJECT_CHANGES", "yes", "one of off, until-green, kept");
    assertWrong("PULL_RESCUE_PLATFORMS", "linux/amd64", "one of all, needed");
    assertWrong("PULL_RESCUE_PROBE_BUILDS", "no", "on or off");
    assertWrong("PULL_RESCUE_ECS", "on", "one of report, tagged, all");
    assertWrong("PULL_RESCUE_BATCH", "on", "one of report, tagged, all");
    assertWrong("PULL_RESCUE_COMMANDS", "none", "one of mirror, tags, login");
    assertThatThrownBy(() -> new Settings(Map.of()).mirror())
        .hasMessageContaining("PULL_RESCUE_REGISTRY is not set");
  }

  @Test
  void aLoginOfBuildsNeedsTheSecretOfDockerHub() {
    var hub = "PULL_RESCUE_CREDENTIALS";
    var login = Map.of("PULL_RESCUE_COMMANDS", "login", hub, "docker.io=hub");

    assertThat(new Settings(login).hubLogin()).contains("hub");
    assertThat(new Settings(Map.of(hub, "docker.io=hub")).hubLogin()).isEmpty();
    assertThatThrownBy(() -> new Settings(Map.of("PULL_RESCUE_COMMANDS", "login")).hubLogin())
        .hasMessageContaining(hub)
        .hasMessageContaining("docker.io=");
  }

  private static void assertWrong(String name, String value, String wanted) {
    var settings = new Settings(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, name, value));
    assertThatThrownBy(
            () -> {
              settings.mode();
              settings.mirror();
              settings.credentials();
              settings.retryRules();
              settings.probeBuilds();
              settings.platforms();
              settings.ecs();
              settings.batch();
            })
        .hasMessageContaining(name)
        .hasMessageContaining(wanted);
  }
}
