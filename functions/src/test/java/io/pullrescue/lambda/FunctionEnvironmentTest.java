package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.Mode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FunctionEnvironmentTest {
  private static final String RETRY =
      """
      {"mode": "observe",
       "retry": {"maxRetries": 1, "maxRetriesPerHour": 5, "maxFailureAgeMinutes": 90,
         "webhookGuards": "ignore", "imageSubstitution": "tag",
         "projectUpdates": "until-success", "probeBuilds": false, "sourceBuckets": ["sources", "teams-*"],
         "projects": "tagged", "passRoles": ["service-role/ecs/*"],
         "ecsRetry": "tagged", "batchRetry": "all", "checkRoles": false}}
      """;

  private static final List<String> UPSTREAMS = PullRescueConfig.Mirror.DEFAULTS.upstreams();

  @Test
  void readsDefaultsFromAnEmptyConfiguration() {
    assertThat(config("{}")).isEqualTo(PullRescueConfig.DEFAULTS);
  }

  @Test
  void readsTheSectionsThatAreGiven() {
    var config = config(RETRY);

    assertThat(config.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(config.retry())
        .isEqualTo(
            new RetryConfig(
                1,
                5,
                90,
                WebhookGuards.IGNORE,
                ImageSubstitution.TAG,
                ProjectUpdateMode.UNTIL_SUCCESS,
                false,
                List.of("sources", "teams-*"),
                ProjectSelection.TAGGED,
                WorkloadRetryMode.TAGGED,
                WorkloadRetryMode.ALL,
                false,
                List.of("service-role/ecs/*")));
    assertThat(config.replication()).isEqualTo(PullRescueConfig.Replication.DEFAULTS);
  }

  @Test
  void readsCredentialsInTheirOrder() {
    var config =
        config(
            """
            {"credentials": {"quay.io": "ssm:/quay/user,/quay/password", "docker.io": "hub"},
             "platforms": "needed"}
            """);

    assertThat(config.credentials())
        .containsExactly(
            Map.entry("quay.io", "ssm:/quay/user,/quay/password"), Map.entry("docker.io", "hub"));
    assertThat(config.platforms()).isEqualTo(PlatformSelection.NEEDED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"mode": "fast"}                            | mode: | not one of the values accepted
          {"mode": 1}                                 | mode: | not allowed
          {"modus": "rescue"}                         | modus: | "modus"
          {"retry": {"maxRetries": 1}}                | retry.maxRetriesPerHour: | Missing required
          {"mirror": {"upstreams": ["a", {}], "deniedImages": [], "prefix": "", "pullFromAccount": false}} | mirror.upstreams[1]: | String
          {"mode": "rescue"                           | PULL_RESCUE_CONFIG: | end-of-input
          """)
  void namesTheWrongProperty(String json, String property, String message) {
    assertThatThrownBy(() -> config(json))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("environment variable PULL_RESCUE_CONFIG: ")
        .hasMessageContainingAll(property, message);
  }

  @Test
  void readsReferencesToOtherResources() {
    var environment =
        new FunctionEnvironment(
            Map.of(
                "PULL_RESCUE_REGISTRY", "123456789012.dkr.ecr.us-east-1.amazonaws.com",
                "PULL_RESCUE_REPLICATION_QUEUE_URL", "https://sqs/requests",
                "PULL_RESCUE_FAILURES_QUEUE_URL", "https://sqs/failures"));

    assertThat(environment.mirror(mirror(UPSTREAMS, "")))
        .isEqualTo(
            new MirrorNaming(
                "123456789012.dkr.ecr.us-east-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES));
    assertThat(environment.eventBus()).isEqualTo("default");
    assertThat(environment.replicationQueueUrl()).isEqualTo("https://sqs/requests");
    assertThat(environment.failuresQueueUrl()).isEqualTo("https://sqs/failures");
  }

  @Test
  void namesTheMissingVariable() {
    var empty = new FunctionEnvironment(Map.of("PULL_RESCUE_REGISTRY", " "));

    assertThatThrownBy(empty::config)
        .hasMessage(
            "environment variable PULL_RESCUE_CONFIG is not set; the CDK app in infra/ sets it");
    assertThatThrownBy(() -> empty.mirror(PullRescueConfig.Mirror.DEFAULTS))
        .hasMessageContaining("PULL_RESCUE_REGISTRY is not set");
  }

  @Test
  void limitsMirrorToUpstreamsAndDeniedImages() {
    var environment =
        new FunctionEnvironment(
            Map.of("PULL_RESCUE_REGISTRY", "123456789012.dkr.ecr.us-east-1.amazonaws.com"));

    var mirror =
        environment.mirror(
            new PullRescueConfig.Mirror(
                List.of("docker.io"), List.of("docker.io/acme/*"), "", false));

    assertThat(mirror.prefixes()).containsExactly(Map.entry("docker.io", "docker-hub"));
    assertThat(mirror.mirrorReference(ImageReference.of("ruby:2.7"))).isPresent();
    assertThat(mirror.mirrorReference(ImageReference.of("acme/app:1"))).isEmpty();
    assertThatThrownBy(() -> environment.mirror(mirror(List.of("a.io"), "")))
        .hasMessageContaining("mirror.upstreams: [a.io] must be among [docker.io,");
  }

  /** An account may have a pull-through cache rule with the prefix of an upstream. */
  @Test
  void putsMirrorBelowPrefixOfItsOwn() {
    var environment =
        new FunctionEnvironment(
            Map.of("PULL_RESCUE_REGISTRY", "123456789012.dkr.ecr.us-east-1.amazonaws.com"));

    var mirror = environment.mirror(PullRescueConfig.Mirror.DEFAULTS);

    assertThat(mirror.mirrorReference(ImageReference.of("ruby:2.7")))
        .hasToString(
            "Optional[123456789012.dkr.ecr.us-east-1.amazonaws.com/pull-rescue/docker-hub/library/ruby:2.7]");
    assertThat(
            mirror.upstreamReference(
                ImageReference.of(
                    "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7")))
        .isEmpty();
  }

  private static PullRescueConfig.Mirror mirror(List<String> upstreams, String prefix) {
    return new PullRescueConfig.Mirror(upstreams, List.of(), prefix, false);
  }

  private static PullRescueConfig config(String json) {
    return new FunctionEnvironment(Map.of("PULL_RESCUE_CONFIG", json)).config();
  }
}
