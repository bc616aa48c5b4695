package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.Mode;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.infra.config.InvalidSettingsException;
import io.pullrescue.infra.function.FunctionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PullRescueFunctionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SynthesizedStack stack;

  @BeforeAll
  static void synthesize() {
    stack = SynthesizedStack.withAllFunctions();
  }

  @ParameterizedTest
  @CsvSource({
    "DIAGNOSE, io.pullrescue.lambda.DiagnoseHandler::handleRequest, 60, 512",
    "REPLICATE, io.pullrescue.lambda.ReplicateHandler::handleRequest, 900, 1769",
    "RETRY, io.pullrescue.lambda.RetryHandler::handleRequest, 60, 512",
    "MANUAL, io.pullrescue.lambda.ManualHandler::handleRequest, 900, 1769",
    "REFRESH, io.pullrescue.lambda.RefreshHandler::handleRequest, 300, 512"
  })
  void functionsRunTheirHandlers(
      FunctionSpec function, String handler, int seconds, int megabytes) {
    var properties = stack.function(function);

    assertThat(properties.path("Handler").asText()).isEqualTo(handler);
    assertThat(properties.path("Timeout").asInt()).isEqualTo(seconds);
    assertThat(properties.path("MemorySize").asInt()).isEqualTo(megabytes);
    assertThat(properties.path("Runtime").asText()).isEqualTo("java25");
    assertThat(properties.path("Architectures").toString()).isEqualTo("[\"arm64\"]");
    assertThat(properties.path("LoggingConfig").path("LogFormat").asText()).isEqualTo("JSON");
  }

  @ParameterizedTest
  @CsvSource({
    "DIAGNOSE, pull-rescue-failures",
    "REPLICATE, pull-rescue-replication-requests.fifo",
    "RETRY, pull-rescue-retries.fifo"
  })
  void queuesInvokeFunctionsWithOneMessage(FunctionSpec function, String queue) {
    var functionId = id("FunctionName", function.functionName());
    var source = id("QueueName", queue);

    assertThat(
            stack
                .all("AWS::Lambda::EventSourceMapping")
                .filter(it -> it.path("FunctionName").path("Ref").asText().equals(functionId)))
        .singleElement()
        .satisfies(mapping -> {
          assertThat(mapping.path("EventSourceArn").toString()).contains(source);
          assertThat(mapping.path("BatchSize").asInt()).isEqualTo(1);
          assertThat(mapping.path("FunctionResponseTypes").toString())
              .isEqualTo("[\"ReportBatchItemFailures\"]");
        });
  }

  @Test
  void manualAndRefreshHaveNoQueue() {
    assertThat(stack.all("AWS::Lambda::EventSourceMapping").map(JsonNode::toString))
        .hasSize(3)
        .noneMatch(mapping -> mapping.contains(id("FunctionName", "pull-rescue-manual")))
        .noneMatch(mapping -> mapping.contains(id("FunctionName", "pull-rescue-refresh")));
  }

  @Test
  void eventSourcesLimitConcurrency() {
    var few = SynthesizedStack.with(Map.of("maxConcurrentCopies", "4"));

    assertThat(
            few.all("AWS::Lambda::EventSourceMapping")
                .map(mapping -> mapping.path("ScalingConfig").path("MaximumConcurrency").asInt()))
        .containsExactlyInAnyOrder(3, 4, 2);
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void functionsGetTheConfigurationAndTheRegistry(FunctionSpec function) {
    var config = config(stack, function);

    assertThat(config.mode()).isEqualTo(Mode.RESCUE);
    assertThat(config.mirror()).isEqualTo(PullRescueConfig.Mirror.DEFAULTS);
    assertThat(environment(stack, function).path("PULL_RESCUE_REGISTRY").toString())
        .contains("AWS::AccountId", ".dkr.ecr.", "AWS::Region", "AWS::URLSuffix");
  }

  @ParameterizedTest
  @CsvSource({
    "DIAGNOSE, buildLogBuckets",
    "REPLICATE, credentials platforms workloadPullSecrets replication retry",
    "RETRY, credentials buildLogBuckets retry",
    "MANUAL, credentials replication",
    "REFRESH, platforms"
  })
  void functionsGetOnlyTheSettingsThatTheyRead(FunctionSpec function, String settings)
      throws JsonProcessingException {
    var names = new ArrayList<>(List.of("mode", "mirror"));
    names.addAll(List.of(settings.split(" ")));

    assertThat(JSON.readTree(configJson(stack, function)).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void functionsGetTheUrlsOfTheirQueues() {
    var requests = id("QueueName", "pull-rescue-replication-requests.fifo");
    for (var function :
        List.of(FunctionSpec.DIAGNOSE, FunctionSpec.REPLICATE, FunctionSpec.REFRESH)) {
      assertThat(environment(stack, function).path("PULL_RESCUE_REPLICATION_QUEUE_URL"))
          .hasToString("{\"Ref\":\"%s\"}".formatted(requests));
    }
    for (var function : List.of(FunctionSpec.REPLICATE, FunctionSpec.RETRY)) {
      assertThat(environment(stack, function).path("PULL_RESCUE_RETRIES_QUEUE_URL"))
          .hasToString("{\"Ref\":\"%s\"}".formatted(id("QueueName", "pull-rescue-retries.fifo")));
    }
    assertThat(environment(stack, FunctionSpec.MANUAL).path("PULL_RESCUE_FAILURES_QUEUE_URL"))
        .hasToString("{\"Ref\":\"%s\"}".formatted(id("QueueName", "pull-rescue-failures")));
  }

  @Test
  void functionsReadTheSettingsThatWereWritten() {
    var everything = SynthesizedStack.with(SynthesizedStack.EVERYTHING);

    var replicate = config(everything, FunctionSpec.REPLICATE);
    assertThat(replicate.mode()).isEqualTo(Mode.REPLICATE);
    assertThat(replicate.mirror())
        .isEqualTo(
            new PullRescueConfig.Mirror(
                List.of("docker.io", "ghcr.io", "quay.io"),
                List.of("docker.io/acme/*", "quay.io/beta/app"),
                "",
                true));
    assertThat(replicate.credentials())
        .isEqualTo(Map.of("docker.io", "docker-hub", "quay.io", "ssm:/quay/user,/quay/password"));
    assertThat(replicate.platforms()).isEqualTo(PlatformSelection.NEEDED);
    assertThat(replicate.workloadPullSecrets()).containsExactly("docker-hub", "team-*");
    assertThat(replicate.replication())
        .isEqualTo(
            new PullRescueConfig.Replication(
                20,
                100,
                20,
                6,
                List.of("docker.io/acme/base-*"),
                30,
                List.of("hub", "team/quay"),
                List.of("111111111111"),
                "o-a1b2c3d4e5",
                "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"));
    assertThat(config(everything, FunctionSpec.RETRY).retry())
        .isEqualTo(
            new RetryConfig(
                2,
                5,
                240,
                WebhookGuards.IGNORE,
                ImageSubstitution.TAG,
                ProjectUpdateMode.UNTIL_SUCCESS,
                false,
                List.of("sources", "teams-*"),
                ProjectSelection.TAGGED,
                WorkloadRetryMode.ALL,
                WorkloadRetryMode.TAGGED,
                false,
                List.of("ecsTaskExecutionRole", "service-role/ecs/*")));
  }

  @Test
  void rejectsSettingsThatExceedLambdasLimit() {
    var images =
        IntStream.range(0, 150).mapToObj("docker.io/acme/service-%03d"::formatted).toList();

    assertThatThrownBy(() -> SynthesizedStack.with(Map.of("deniedImages", images)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContainingAll(
            "too long for pull-rescue-",
            "Lambda allows 4096",
            "shorten the longest settings",
            "deniedImages (4351 bytes)");
  }

  @ParameterizedTest
  @EnumSource(FunctionSpec.class)
  void logsAreKeptFor30DaysByDefault(FunctionSpec function) {
    assertThat(stack.all("AWS::Logs::LogGroup"))
        .filteredOn(
            log -> log.path("LogGroupName").asText().endsWith("/" + function.functionName()))
        .singleElement()
        .matches(log -> log.path("RetentionInDays").asInt() == 30);
  }

  @Test
  void functionsHaveTheirOwnRoles() {
    assertThat(
            Arrays.stream(FunctionSpec.values())
                .map(function -> stack.permissions(function).role()))
        .doesNotHaveDuplicates();
    assertThat(stack.all("AWS::IAM::Role"))
        .hasSize(FunctionSpec.values().length)
        .allMatch(role -> role.path("ManagedPolicyArns").isMissingNode());
  }

  private static PullRescueConfig config(SynthesizedStack stack, FunctionSpec function) {
    try {
      return JSON.readValue(configJson(stack, function), PullRescueConfig.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static String configJson(SynthesizedStack stack, FunctionSpec function) {
    return environment(stack, function).path("PULL_RESCUE_CONFIG").asText();
  }

  private static JsonNode environment(SynthesizedStack stack, FunctionSpec function) {
    return stack.function(function).path("Environment").path("Variables");
  }

  private static String id(String property, String name) {
    return stack
        .template()
        .path("Resources")
        .propertyStream()
        .filter(it -> it.getValue().path("Properties").path(property).asText().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
