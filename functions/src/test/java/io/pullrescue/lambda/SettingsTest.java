package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.retry.RescueCommands;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  @Test
  void hasDefaultsForAllThatMayBeLeftOut() {
    var settings = new Settings(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, "PULL_RESCUE_BUS", ""));

    assertThat(settings.mode()).isEqualTo(Mode.RESCUE);
    assertThat(settings.maximumAttempts()).isEqualTo(3);
    assertThat(settings.bus()).isEqualTo("default");
    assertThat(settings.credentials()).isEmpty();
    assertThat(settings.mirror().registry()).isEqualTo(REGISTRY);
    assertThat(settings.mirror().prefixes()).hasSize(8);
    assertThat(settings.probeBuilds()).isTrue();
    assertThat(settings.sourceBuckets()).isEmpty();
    assertThat(settings.rescueCommands()).isEqualTo(RescueCommands.MIRROR);
  }

  @Test
  void readsWhatTheOperatorChose() {
    var settings =
        new Settings(
            Map.of(
                "PULL_RESCUE_MODE", "observe",
                "PULL_RESCUE_REGISTRY", REGISTRY,
                "PULL_RESCUE_UPSTREAMS", "docker.io, quay.io",
                "PULL_RESCUE_CREDENTIALS", "docker.io=hub, quay.io=arn:aws:secretsmanager:x:1:y",
                "PULL_RESCUE_MAXIMUM_ATTEMPTS", "1",
                "PULL_RESCUE_PROBE_BUILDS", "off",
                "PULL_RESCUE_COMMANDS", "tags",
                "PULL_RESCUE_SOURCE_BUCKETS", "sources, teams-*",
                "PULL_RESCUE_REPLICATION_QUEUE_URL", "https://sqs/x",
                "PULL_RESCUE_FAILURES_QUEUE_URL", "https://sqs/y"));

    assertThat(settings.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(settings.mirror().prefixes()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(settings.credentials()).containsOnlyKeys("docker.io", "quay.io");
    assertThat(settings.maximumAttempts()).isEqualTo(1);
    assertThat(settings.probeBuilds()).isFalse();
    assertThat(settings.rescueCommands()).isEqualTo(RescueCommands.TAGS);
    assertThat(settings.sourceBuckets()).containsExactly("sources", "teams-*");
    assertThat(settings.replicationQueueUrl()).isEqualTo("https://sqs/x");
    assertThat(settings.failuresQueueUrl()).isEqualTo("https://sqs/y");
  }

  @Test
  void namesTheVariableThatIsWrongAndWhatItMustBe() {
    assertWrong("PULL_RESCUE_MODE", "fast", "one of observe, replicate and rescue");
    assertWrong("PULL_RESCUE_UPSTREAMS", "evil.example.com", "docker.io");
    assertWrong("PULL_RESCUE_CREDENTIALS", "hub", "registry=secret");
    assertWrong("PULL_RESCUE_MAXIMUM_ATTEMPTS", "many", "a number from 0 to 99");
    assertWrong("PULL_RESCUE_PROBE_BUILDS", "no", "on or off");
    assertWrong("PULL_RESCUE_COMMANDS", "none", "one of mirror and tags");
    assertThatThrownBy(() -> new Settings(Map.of()).mirror())
        .hasMessageContaining("PULL_RESCUE_REGISTRY is not set");
  }

  private static void assertWrong(String name, String value, String wanted) {
    var settings = new Settings(Map.of("PULL_RESCUE_REGISTRY", REGISTRY, name, value));
    assertThatThrownBy(
            () -> {
              settings.mode();
              settings.mirror();
              settings.credentials();
              settings.maximumAttempts();
              settings.probeBuilds();
              settings.rescueCommands();
            })
        .hasMessageContaining(name)
        .hasMessageContaining(wanted);
  }
}
