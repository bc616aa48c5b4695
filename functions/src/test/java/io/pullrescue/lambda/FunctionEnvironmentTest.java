package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.config.ImageSubstitutionMethod;
import io.pullrescue.config.Mode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.WorkloadRetryScope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FunctionEnvironmentTest {
  private static final String RETRY =
      """
      {"mode": "observe",
       "retry": {"maxRetries": 1, "maxRetriesPerHour": 5, "imageSubstitution": "tag",
         "projectUpdates": "until-success", "probeBuilds": false, "sourceBuckets": ["sources", "teams-*"],
         "ecsRetry": "tagged", "batchRetry": "all"}}
      """;

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
            new PullRescueConfig.Retry(
                1,
                5,
                ImageSubstitutionMethod.TAG,
                ProjectUpdateMode.UNTIL_SUCCESS,
                false,
                List.of("sources", "teams-*"),
                WorkloadRetryScope.TAGGED,
                WorkloadRetryScope.ALL));
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
          {"mirror": {"upstreams": ["a", {}], "deniedImages": []}} | mirror.upstreams[1]: | String
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

    assertThat(environment.registry()).isEqualTo("123456789012.dkr.ecr.us-east-1.amazonaws.com");
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
    assertThatThrownBy(empty::registry).hasMessageContaining("PULL_RESCUE_REGISTRY is not set");
  }

  private static PullRescueConfig config(String json) {
    return new FunctionEnvironment(Map.of("PULL_RESCUE_CONFIG", json)).config();
  }
}
