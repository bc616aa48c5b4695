package io.pullrescue.workload.ecs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Describes the AWS service that started a task and waits for this very task or starts the next one
 * itself, so that the task must not be run a second time.
 */
final class TaskInitiator {
  /** What AWS services write to {@code startedBy}, with their descriptions. */
  private static final Map<String, String> INITIATORS = new LinkedHashMap<>();

  static {
    INITIATORS.put("AWS Step Functions", "an execution of AWS Step Functions");
    INITIATORS.put("events-rule/", "the Amazon EventBridge rule");
    INITIATORS.put("chronos-schedule/", "the Amazon EventBridge Scheduler schedule");
    INITIATORS.put("ecs-svc/", "the service deployment");
  }

  private TaskInitiator() {}

  /** Returns a description of the initiator; empty for a caller of RunTask that is not known. */
  static Optional<String> describe(EcsTask task) {
    if (task.tags().keySet().stream().anyMatch(key -> key.startsWith("aws:batch:"))) {
      return Optional.of("AWS Batch");
    }
    var startedBy = task.startedBy();
    return INITIATORS.entrySet().stream()
        .filter(initiator -> startedBy.startsWith(initiator.getKey()))
        .findFirst()
        .map(initiator -> initiator.getValue() + resourceName(startedBy, initiator.getKey()));
  }

  private static String resourceName(String startedBy, String prefix) {
    return prefix.endsWith("/") ? " " + startedBy.substring(prefix.length()) : "";
  }
}
