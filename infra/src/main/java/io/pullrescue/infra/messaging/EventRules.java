package io.pullrescue.infra.messaging;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.IRuleTarget;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.SqsQueue;
import software.constructs.Construct;

/**
 * Routes events of AWS services from the bus to the queues, unchanged, and invokes functions on a
 * schedule. {@code scripts/disable} disables all of them.
 *
 * <p>None matches the events of pull-rescue itself: every principal that may put events can publish
 * with its source, so no work follows from them.
 */
public final class EventRules extends Construct {
  /** The prefix of all ECS errors about images, manifests, registries and their credentials. */
  private static final List<Object> CANNOT_PULL = List.of(Map.of("prefix", "CannotPull"));

  /** The message group of events about builds that succeeded. */
  private static final String RECOVERIES_GROUP = "recoveries";

  private static final String ADDITIONAL_INFORMATION = "additional-information";

  /** A variable that every retried build has, so that no other successful build costs anything. */
  private static final Map<String, Object> RETRIED_BUILD =
      Map.of(
          "environment",
          Map.of(
              "environment-variables", Map.of("name", List.of("PULL_RESCUE_ORIGINAL_BUILD_ID"))));

  /**
   * Defines the targets of the rules.
   *
   * @param failures the queue of failure events
   * @param retries the FIFO queue of retries and of what follows them
   */
  public record Props(QueueWithDlq failures, QueueWithDlq retries) {}

  /** Creates the rules of the event bus. */
  public EventRules(Construct scope, String id, Props props) {
    super(scope, id);
    var failures = props.failures();
    rule("BuildFailed", "CodeBuild builds that failed, for whatever reason", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.codebuild"))
                .detailType(List.of("CodeBuild Build State Change"))
                .detail(Map.of("build-status", List.of("FAILED", "FAULT")))
                .build());
    rule("TaskFailed", "ECS tasks that could not pull an image", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.ecs"))
                .detailType(List.of("ECS Task State Change"))
                .detail(stoppedTask())
                .build());
    rule("JobFailed", "Batch jobs that could not pull an image or did not start", failures)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.batch"))
                .detailType(List.of("Batch Job State Change"))
                .detail(failedJob())
                .build());
    fifoRule("BuildRecovered", "Retried CodeBuild builds that succeeded", props)
        .addEventPattern(
            EventPattern.builder()
                .source(List.of("aws.codebuild"))
                .detailType(List.of("CodeBuild Build State Change"))
                .detail(
                    sorted(
                        Map.of(
                            "build-status",
                            List.of("SUCCEEDED"),
                            ADDITIONAL_INFORMATION,
                            RETRIED_BUILD)))
                .build());
  }

  /** Invokes a function on a schedule. */
  public void addSchedule(String id, String description, Duration interval, IRuleTarget target) {
    Rule.Builder.create(this, id)
        .description(description)
        .schedule(Schedule.rate(interval))
        .targets(List.of(target))
        .build();
  }

  /** AWS Fargate gives the reason for the task, the agent on EC2 for the container only. */
  private static Map<String, Object> stoppedTask() {
    return sorted(
        Map.of(
            "lastStatus",
            List.of("STOPPED"),
            // With other codes the work was done, whatever the reason of a container says.
            "stopCode",
            List.of("TaskFailedToStart"),
            "$or",
            List.of(
                Map.of("stoppedReason", CANNOT_PULL),
                Map.of("containers", Map.of("reason", CANNOT_PULL)))));
  }

  /** Where the event says only that the job did not start, the API may give the reason. */
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

  /** Keeps the template the same: the order of {@link Map#of} changes from run to run. */
  private static Map<String, Object> sorted(Map<String, Object> pattern) {
    return new TreeMap<>(pattern);
  }

  private Rule rule(String id, String description, QueueWithDlq target) {
    return rule(
        id,
        description,
        SqsQueue.Builder.create(target.queue()).deadLetterQueue(target.deadLetterQueue()).build());
  }

  /**
   * Creates a rule for the FIFO queue. A rule can name only a constant message group; the function
   * sends the message on into the group of its project. What EventBridge cannot deliver goes to the
   * dead-letter queue of the failures, because it accepts no FIFO queue there.
   *
   * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html">Using
   *     dead-letter queues</a>
   */
  private Rule fifoRule(String id, String description, Props props) {
    return rule(
        id,
        description,
        SqsQueue.Builder.create(props.retries().queue())
            .messageGroupId(RECOVERIES_GROUP)
            .deadLetterQueue(props.failures().deadLetterQueue())
            .build());
  }

  private Rule rule(String id, String description, SqsQueue target) {
    return Rule.Builder.create(this, id)
        .description(description)
        // Other accounts may send events to this bus; their workloads are not ours.
        .eventPattern(EventPattern.builder().account(List.of(Stack.of(this).getAccount())).build())
        .targets(List.of(target))
        .build();
  }
}
