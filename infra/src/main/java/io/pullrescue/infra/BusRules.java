package io.pullrescue.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.SqsQueue;
import software.constructs.Construct;

/** Which events of the bus go into which queue, whole and unchanged. */
final class BusRules extends Construct {
  /** The family of errors of Amazon ECS: of containers, manifests, registries, credentials. */
  private static final List<Object> CANNOT_PULL = List.of(Map.of("prefix", "CannotPull"));

  private static final String INFORMATION = "additional-information";

  /** One of the variables that every retry carries: all other green builds cost nothing. */
  private static final Map<String, Object> CARRIES_OURS =
      Map.of(
          "environment",
          Map.of("environment-variables", Map.of("name", List.of("PULL_RESCUE_ORIGIN"))));

  BusRules(Construct scope, WorkQueue failures, WorkQueue retries, Configuration configuration) {
    super(scope, "Rules");
    rule("BuildFailed", "Every failed build: why it failed is found out by reading.", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.codebuild"))
                .detailType(List.of("CodeBuild Build State Change"))
                .detail(Map.of("build-status", List.of("FAILED", "FAULT")))
                .build());
    rule("TaskFailed", "A task that could not pull an image.", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.ecs"))
                .detailType(List.of("ECS Task State Change"))
                .detail(stoppedTask())
                .build());
    rule("JobFailed", "A job that could not pull an image, or did not start.", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.batch"))
                .detailType(List.of("Batch Job State Change"))
                .detail(failedJob())
                .build());
    rule("ReplicatedForWork", "An image that failed work waits for is in the mirror.", retries)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of(Permissions.EVENT_SOURCE))
                .detailType(List.of("Image Replicated"))
                .detail(Map.of("origin", Map.of("kind", waiting(configuration))))
                .build());
    rule("BuildRecovered", "A build that ran again from the copy is green.", retries)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.codebuild"))
                .detailType(List.of("CodeBuild Build State Change"))
                .detail(
                    sorted(Map.of("build-status", List.of("SUCCEEDED"), INFORMATION, CARRIES_OURS)))
                .build());
  }

  /** Starts this function again and again; scripts/disable finds the rule by its target. */
  void every(Duration time, PullRescueFunction function) {
    Rule.Builder.create(this, function.job().title())
        .description(function.job().description())
        .schedule(Schedule.rate(time))
        .targets(List.of(function.target()))
        .build();
  }

  /** What is only reported waits for nothing. */
  private static List<String> waiting(Configuration configuration) {
    List<String> kinds = new ArrayList<>(List.of("codebuild-build"));
    if (configuration.retrying().ecs() != WorkloadChanges.REPORT) {
      kinds.add("ecs-task");
    }
    if (configuration.retrying().batch() != WorkloadChanges.REPORT) {
      kinds.add("batch-job");
    }
    return kinds;
  }

  /** AWS Fargate says it of the task, EC2 only of the container. */
  private static Map<String, Object> stoppedTask() {
    return sorted(
        Map.of(
            "lastStatus",
            List.of("STOPPED"),
            "$or",
            List.of(
                Map.of("stoppedReason", CANNOT_PULL),
                Map.of("containers", Map.of("reason", CANNOT_PULL)))));
  }

  /** Where the event says only that the job did not start, the API may say why. */
  private static Map<String, Object> failedJob() {
    Map<String, Object> container = Map.of("reason", CANNOT_PULL);
    return sorted(
        Map.of(
            "status",
            List.of("FAILED"),
            "$or",
            List.of(
                Map.of(
                    "statusReason",
                    List.of(
                        Map.of("prefix", "CannotPull"), Map.of("prefix", "Task failed to start"))),
                Map.of("container", container),
                Map.of("attempts", Map.of("container", container)),
                Map.of(
                    "ecsProperties", Map.of("taskProperties", Map.of("containers", container))))));
  }

  /** The order of a map literal changes from run to run, and the template must not. */
  private static Map<String, Object> sorted(Map<String, Object> pattern) {
    return new TreeMap<>(pattern);
  }

  private Rule rule(String id, String description, WorkQueue target) {
    return Rule.Builder.create(this, id)
        .description(description)
        // Other accounts may be let onto this bus: their builds are not ours to read or to start.
        .eventPattern(EventPattern.builder().account(List.of(Stack.of(this).getAccount())).build())
        .targets(
            List.of(
                // What the bus cannot deliver ends up where the undoable messages are.
                SqsQueue.Builder.create(target.queue())
                    .deadLetterQueue(target.deadLetters())
                    .build()))
        .build();
  }
}
