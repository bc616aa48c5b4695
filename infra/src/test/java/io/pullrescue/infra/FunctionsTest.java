package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FunctionsTest {
  private static Synthesized stack;

  @BeforeAll
  static void synthesize() {
    stack = Synthesized.withAllFunctions();
  }

  @ParameterizedTest
  @CsvSource({
    "DIAGNOSE, io.pullrescue.lambda.DiagnoseHandler::handleRequest, 60, 512",
    "REPLICATE, io.pullrescue.lambda.ReplicateHandler::handleRequest, 900, 1769",
    "RETRY, io.pullrescue.lambda.RetryHandler::handleRequest, 60, 512",
    "RESCUE, io.pullrescue.lambda.RescueHandler::handleRequest, 900, 1769",
    "REFRESH, io.pullrescue.lambda.RefreshHandler::handleRequest, 300, 512"
  })
  void eachFunctionRunsItsHandler(Job job, String handler, int seconds, int megabytes) {
    JsonNode function = stack.function(job);

    assertThat(function.path("Handler").asText()).isEqualTo(handler);
    assertThat(function.path("Timeout").asInt()).isEqualTo(seconds);
    assertThat(function.path("MemorySize").asInt()).isEqualTo(megabytes);
    assertThat(function.path("Runtime").asText()).isEqualTo("java25");
    assertThat(function.path("Architectures").toString()).isEqualTo("[\"arm64\"]");
    assertThat(function.path("LoggingConfig").path("LogFormat").asText()).isEqualTo("JSON");
  }

  @ParameterizedTest
  @CsvSource({
    "DIAGNOSE, pull-rescue-failures",
    "REPLICATE, pull-rescue-replication-requests.fifo",
    "RETRY, pull-rescue-retries"
  })
  void eachQueueFeedsItsFunctionOneMessageAtATime(Job job, String queue) {
    String function = id("FunctionName", job.functionName());
    String source = id("QueueName", queue);

    assertThat(
            stack
                .all("AWS::Lambda::EventSourceMapping")
                .filter(it -> it.path("FunctionName").path("Ref").asText().equals(function)))
        .singleElement()
        .satisfies(mapping -> {
          assertThat(mapping.path("EventSourceArn").toString()).contains(source);
          assertThat(mapping.path("BatchSize").asInt()).isEqualTo(1);
          assertThat(mapping.path("FunctionResponseTypes").toString())
              .isEqualTo("[\"ReportBatchItemFailures\"]");
        });
  }

  @Test
  void noQueueFeedsWhatPeopleOrTheClockInvoke() {
    assertThat(stack.all("AWS::Lambda::EventSourceMapping").map(JsonNode::toString))
        .hasSize(3)
        .noneMatch(mapping -> mapping.contains(id("FunctionName", "pull-rescue-rescue")))
        .noneMatch(mapping -> mapping.contains(id("FunctionName", "pull-rescue-refresh")));
  }

  @Test
  void onlySoManyMessagesAreWorkedOnAtATime() {
    Synthesized few = Synthesized.with(Map.of("maximumReplications", "4"));

    assertThat(
            few.all("AWS::Lambda::EventSourceMapping")
                .map(mapping -> mapping.path("ScalingConfig").path("MaximumConcurrency").asInt()))
        .containsExactlyInAnyOrder(10, 4, 5);
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void everyFunctionKnowsWhereTheMirrorIsAndHowFarItMayGo(Job job) {
    JsonNode environment = environment(stack, job);

    assertThat(environment.path("PULL_RESCUE_MODE").asText()).isEqualTo("rescue");
    assertThat(environment.path("PULL_RESCUE_BUS").asText()).isEqualTo("default");
    assertThat(environment.path("PULL_RESCUE_UPSTREAMS").asText())
        .isEqualTo(
            "docker.io,public.ecr.aws,ghcr.io,quay.io,registry.k8s.io,"
                + "mcr.microsoft.com,gcr.io,registry.gitlab.com");
    assertThat(environment.path("PULL_RESCUE_REGISTRY").toString())
        .contains("AWS::AccountId", ".dkr.ecr.", "AWS::Region", "AWS::URLSuffix");
  }

  @Test
  void eachFunctionKnowsWhereItsResultGoes() {
    var requests = id("QueueName", "pull-rescue-replication-requests.fifo");
    for (var job : List.of(Job.DIAGNOSE, Job.REPLICATE, Job.REFRESH)) {
      assertThat(environment(stack, job).path("PULL_RESCUE_REPLICATION_QUEUE_URL"))
          .hasToString("{\"Ref\":\"%s\"}".formatted(requests));
    }
    assertThat(environment(stack, Job.RESCUE).path("PULL_RESCUE_FAILURES_QUEUE_URL"))
        .hasToString("{\"Ref\":\"%s\"}".formatted(id("QueueName", "pull-rescue-failures")));
  }

  @Test
  void settingsReachTheFunctionsThatNeedThem() {
    Synthesized observing =
        Synthesized.with(
            Map.of(
                "mode", "observe",
                "maximumAttempts", 2,
                "credentials", "docker.io=hub",
                "platforms", "needed",
                "probeBuilds", "off",
                "rescueCommands", "tags",
                "sourceBuckets", "sources,teams-*",
                "workloadSecrets", "team-*"));

    assertThat(environment(observing, Job.DIAGNOSE).path("PULL_RESCUE_MODE").asText())
        .isEqualTo("observe");
    assertThat(environment(observing, Job.RETRY).path("PULL_RESCUE_MAXIMUM_ATTEMPTS").asText())
        .isEqualTo("2");
    assertThat(environment(observing, Job.RETRY).path("PULL_RESCUE_PROBE_BUILDS").asText())
        .isEqualTo("off");
    assertThat(environment(observing, Job.RETRY).path("PULL_RESCUE_COMMANDS").asText())
        .isEqualTo("tags");
    assertThat(environment(observing, Job.RETRY).path("PULL_RESCUE_SOURCE_BUCKETS").asText())
        .isEqualTo("sources,teams-*");
    assertThat(environment(observing, Job.REPLICATE).path("PULL_RESCUE_PLATFORMS").asText())
        .isEqualTo("needed");
    assertThat(environment(observing, Job.REPLICATE).path("PULL_RESCUE_CREDENTIALS").asText())
        .isEqualTo("docker.io=hub");
    assertThat(environment(observing, Job.REPLICATE).path("PULL_RESCUE_WORKLOAD_SECRETS").asText())
        .isEqualTo("team-*");
    assertThat(environment(observing, Job.RESCUE).path("PULL_RESCUE_CREDENTIALS").asText())
        .isEqualTo("docker.io=hub");
  }

  @ParameterizedTest
  @EnumSource(Job.class)
  void whatAFunctionLogsIsKeptForAMonth(Job job) {
    assertThat(stack.all("AWS::Logs::LogGroup"))
        .filteredOn(log -> log.path("LogGroupName").asText().endsWith("/" + job.functionName()))
        .singleElement()
        .matches(log -> log.path("RetentionInDays").asInt() == 30);
  }

  @Test
  void eachFunctionHasARoleOfItsOwn() {
    assertThat(Arrays.stream(Job.values()).map(job -> stack.rights(job).role()))
        .doesNotHaveDuplicates();
    assertThat(stack.all("AWS::IAM::Role"))
        .hasSize(Job.values().length)
        .allMatch(role -> role.path("ManagedPolicyArns").isMissingNode());
  }

  private static JsonNode environment(Synthesized stack, Job job) {
    return stack.function(job).path("Environment").path("Variables");
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
