package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes the sample events with the rules of the stack. */
class EventRulesTest {
  private static final Path EVENTS = Path.of("../events");

  private static SynthesizedStack stack;

  @BeforeAll
  static void synthesize() {
    stack = SynthesizedStack.byDefault();
  }

  @ParameterizedTest
  @CsvSource({
    "codebuild/build-failed-rate-limit.json, pull-rescue-failures",
    "codebuild/build-failed-tests.json, pull-rescue-failures",
    "codebuild/provisioning-failed-rate-limit.json, pull-rescue-failures",
    "codebuild/build-recovered.json, pull-rescue-retries",
    "ecs/fargate-rate-limit.json, pull-rescue-failures",
    "ecs/fargate-cut-message.json, pull-rescue-failures",
    "ecs/fargate-access-denied.json, pull-rescue-failures",
    "ecs/fargate-mirror-not-found.json, pull-rescue-failures",
    "ecs/ec2-rate-limit.json, pull-rescue-failures",
    "ecs/ec2-several-containers.json, pull-rescue-failures",
    "batch/rate-limit.json, pull-rescue-failures",
    "batch/several-containers.json, pull-rescue-failures",
    "pull-rescue/image-replicated.json, pull-rescue-retries"
  })
  void routesEventToItsQueue(String event, String queue) throws IOException {
    assertThat(receivers(event(event))).containsExactly(queue);
  }

  @Test
  void routesFaultsOfCodeBuildAsFailures() throws IOException {
    var fault =
        event("codebuild/build-failed-tests.json")
            .replace("\"build-status\": \"FAILED\"", "\"build-status\": \"FAULT\"");

    assertThat(fault).contains("FAULT");
    assertThat(receivers(fault)).containsExactly("pull-rescue-failures");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild/build-succeeded.json",
        "ecs/resource-initialization-error.json",
        "ecs/essential-container-exited.json",
        "batch/essential-container-exited.json"
      })
  void ignoresOtherFailures(String event) throws IOException {
    assertThat(receivers(event(event))).isEmpty();
  }

  @Test
  void ignoresTasksThatHaveNotStopped() throws IOException {
    var stopping =
        event("ecs/fargate-rate-limit.json")
            .replace("\"lastStatus\": \"STOPPED\"", "\"lastStatus\": \"DEPROVISIONING\"");

    assertThat(stopping).contains("DEPROVISIONING");
    assertThat(receivers(stopping)).isEmpty();
  }

  @Test
  void routesJobByTheReasonOfItsContainer() throws IOException {
    var quiet =
        event("batch/rate-limit.json")
            .replace("Task failed to start", "Essential container in task exited");

    assertThat(receivers(quiet)).containsExactly("pull-rescue-failures");
    assertThat(receivers(quiet.replace("CannotPull", "CannotStart"))).isEmpty();
  }

  @Test
  void ignoresImagesForTasksByDefault() throws IOException {
    assertThat(receivers(event("pull-rescue/image-replicated-for-task.json"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tagged", "all"})
  void routesImagesForTasksIfEcsRetryIsOn(String ecs) throws IOException {
    var asked = SynthesizedStack.with(Map.of("ecsRetry", ecs));

    assertThat(receivers(asked, event("pull-rescue/image-replicated-for-task.json")))
        .containsExactly("pull-rescue-retries");
    assertThat(receivers(asked, event("pull-rescue/image-replicated.json")))
        .containsExactly("pull-rescue-retries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tagged", "all"})
  void routesImagesForJobsIfBatchRetryIsOn(String batch) throws IOException {
    var forAJob = event("pull-rescue/image-replicated-for-job.json");

    assertThat(receivers(forAJob)).isEmpty();
    assertThat(receivers(SynthesizedStack.with(Map.of("batchRetry", batch)), forAJob))
        .containsExactly("pull-rescue-retries");
  }

  @Test
  void ignoresImagesOfManualRequests() throws IOException {
    var manual =
        event("pull-rescue/image-replicated.json")
            .replace("\"type\": \"build\"", "\"type\": \"manual\"");

    assertThat(manual).contains("\"manual\"");
    assertThat(receivers(manual)).isEmpty();
  }

  @Test
  void ignoresEventsOfOtherSources() throws IOException {
    var forged =
        event("pull-rescue/image-replicated.json")
            .replace("\"source\": \"pull-rescue\"", "\"source\": \"somebody\"");

    assertThat(forged).contains("somebody");
    assertThat(receivers(forged)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild/build-failed-rate-limit.json",
        "codebuild/build-recovered.json",
        "ecs/fargate-rate-limit.json",
        "batch/rate-limit.json",
        "pull-rescue/image-replicated.json"
      })
  void ignoresEventsOfOtherAccounts(String event) throws IOException {
    var foreign =
        event(event).replaceFirst("\"account\": \"[0-9]{12}\"", "\"account\": \"999999999999\"");

    assertThat(foreign).contains("999999999999");
    assertThat(receivers(foreign)).isEmpty();
  }

  @Test
  void undeliveredEventsMoveToTheDeadLetterQueue() {
    assertThat(stack.all("AWS::Events::Rule").filter(EventRulesTest::hasQueueTarget))
        .hasSize(5)
        .allSatisfy(rule -> {
          var target = rule.path("Targets").path(0);
          assertThat(queue(stack, target.path("DeadLetterConfig").path("Arn")))
              .isEqualTo(queue(stack, target.path("Arn")) + "-dead-letters");
        });
  }

  private static String event(String name) throws IOException {
    return Files.readString(EVENTS.resolve(name));
  }

  private static List<String> receivers(String event) {
    return receivers(stack, event);
  }

  private static List<String> receivers(SynthesizedStack stack, String event) {
    return stack
        .all("AWS::Events::Rule")
        .filter(rule -> EventPatternMatcher.matches(event, rule.path("EventPattern")))
        .filter(EventRulesTest::hasQueueTarget)
        .map(rule -> queue(stack, rule.path("Targets").path(0).path("Arn")))
        .toList();
  }

  /** The other rules send notifications. */
  private static boolean hasQueueTarget(JsonNode rule) {
    return rule.path("Targets").path(0).path("InputTransformer").isMissingNode();
  }

  private static String queue(SynthesizedStack stack, JsonNode arn) {
    return stack
        .template()
        .path("Resources")
        .path(arn.path("Fn::GetAtt").path(0).asText())
        .path("Properties")
        .path("QueueName")
        .asText();
  }
}
