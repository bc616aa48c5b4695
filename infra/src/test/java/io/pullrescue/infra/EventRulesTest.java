package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    "codebuild/build-recovered.json, pull-rescue-retries.fifo",
    "ecs/fargate-rate-limit.json, pull-rescue-failures",
    "ecs/fargate-cut-message.json, pull-rescue-failures",
    "ecs/fargate-access-denied.json, pull-rescue-failures",
    "ecs/fargate-mirror-not-found.json, pull-rescue-failures",
    "ecs/ec2-rate-limit.json, pull-rescue-failures",
    "ecs/ec2-several-containers.json, pull-rescue-failures",
    "batch/rate-limit.json, pull-rescue-failures",
    "batch/several-containers.json, pull-rescue-failures"
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

  /** Every principal of the account that may put events can publish with this source. */
  @ParameterizedTest
  @ValueSource(
      strings = {"image-replicated", "image-replicated-for-task", "image-replicated-for-job"})
  void startsNoWorkForEventsOfPullRescueItself(String sample) throws IOException {
    var everything = SynthesizedStack.with(SynthesizedStack.EVERYTHING);

    assertThat(receivers(everything, event("pull-rescue/" + sample + ".json"))).isEmpty();
  }

  @Test
  void rulesOfQueuesMatchNoEventsOfPullRescueItself() {
    var everything = SynthesizedStack.with(SynthesizedStack.EVERYTHING);

    assertThat(
            everything
                .all("AWS::Events::Rule")
                .filter(rule -> hasQueueTarget(everything, rule))
                .map(rule -> rule.path("EventPattern")))
        .hasSize(4)
        .allSatisfy(
            pattern -> assertThat(pattern.path("source").path(0).asText()).startsWith("aws."));
  }

  @Test
  void recoveriesHaveMessageGroupOfTheFifoQueue() {
    assertThat(
            stack
                .all("AWS::Events::Rule")
                .map(rule -> rule.path("Targets").path(0))
                .filter(target -> queue(stack, target.path("Arn")).endsWith(".fifo")))
        .singleElement()
        .satisfies(target ->
            assertThat(target.path("SqsParameters").path("MessageGroupId").asText())
                .isEqualTo("recoveries"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild/build-failed-rate-limit.json",
        "codebuild/build-recovered.json",
        "ecs/fargate-rate-limit.json",
        "batch/rate-limit.json"
      })
  void ignoresEventsOfOtherAccounts(String event) throws IOException {
    var foreign =
        event(event).replaceFirst("\"account\": \"[0-9]{12}\"", "\"account\": \"999999999999\"");

    assertThat(foreign).contains("999999999999");
    assertThat(receivers(foreign)).isEmpty();
  }

  @Test
  void undeliveredEventsMoveToTheDeadLetterQueue() {
    assertThat(stack.all("AWS::Events::Rule").filter(rule -> hasQueueTarget(stack, rule)))
        .hasSize(4)
        .allSatisfy(rule -> {
          var target = rule.path("Targets").path(0);
          // EventBridge accepts no FIFO queue there.
          assertThat(queue(stack, target.path("DeadLetterConfig").path("Arn")))
              .isEqualTo("pull-rescue-failures-dead-letters");
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
        .filter(rule -> hasQueueTarget(stack, rule))
        .filter(rule -> EventPatternMatcher.matches(event, rule.path("EventPattern")))
        .map(rule -> queue(stack, rule.path("Targets").path(0).path("Arn")))
        .toList();
  }

  /** The other rules are a schedule and the record. */
  private static boolean hasQueueTarget(SynthesizedStack stack, JsonNode rule) {
    return !queue(stack, rule.path("Targets").path(0).path("Arn")).isEmpty();
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
