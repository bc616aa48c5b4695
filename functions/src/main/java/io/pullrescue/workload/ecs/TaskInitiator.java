package io.pullrescue.workload.ecs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who started a task, where that one waits for this very task or starts the next one by itself: a
 * second task would be one too many.
 */
final class TaskInitiator {
  /** What AWS's own starters write into {@code startedBy}, with their names. */
  private static final Map<String, String> INITIATORS = new LinkedHashMap<>();

  static {
    INITIATORS.put("AWS Step Functions", "an execution of AWS Step Functions");
    INITIATORS.put("events-rule/", "the rule of Amazon EventBridge");
    INITIATORS.put("chronos-schedule/", "the schedule of Amazon EventBridge Scheduler");
    INITIATORS.put("ecs-svc/", "a deployment of a service");
  }

  private TaskInitiator() {}

  /** Its owner, in words; empty where it has none that is known. */
  static Optional<String> describe(StandaloneTask task) {
    if (task.tags().keySet().stream().anyMatch(key -> key.startsWith("aws:batch:"))) {
      return Optional.of("AWS Batch");
    }
    var startedBy = task.task().startedBy();
    return INITIATORS.entrySet().stream()
        .filter(initiator -> startedBy.startsWith(initiator.getKey()))
        .findFirst()
        .map(initiator -> initiator.getValue() + resourceName(startedBy, initiator.getKey()));
  }

  private static String resourceName(String startedBy, String prefix) {
    return prefix.endsWith("/") ? " " + startedBy.substring(prefix.length()) : "";
  }
}
