package io.pullrescue.retry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who started a task, where that one waits for this very task or starts the next one by itself: a
 * second task would be one too many.
 */
final class TaskOwner {
  /** What AWS's own starters write into {@code startedBy}, with their names. */
  private static final Map<String, String> STARTERS = new LinkedHashMap<>();

  static {
    STARTERS.put("AWS Step Functions", "an execution of AWS Step Functions");
    STARTERS.put("events-rule/", "the rule of Amazon EventBridge");
    STARTERS.put("chronos-schedule/", "the schedule of Amazon EventBridge Scheduler");
    STARTERS.put("ecs-svc/", "a deployment of a service");
  }

  private TaskOwner() {}

  /** Its owner, in words; empty where it has none that is known. */
  static Optional<String> of(StandaloneTask task) {
    if (task.tags().keySet().stream().anyMatch(key -> key.startsWith("aws:batch:"))) {
      return Optional.of("AWS Batch");
    }
    var startedBy = task.task().startedBy();
    return STARTERS.entrySet().stream()
        .filter(starter -> startedBy.startsWith(starter.getKey()))
        .findFirst()
        .map(starter -> starter.getValue() + name(startedBy, starter.getKey()));
  }

  private static String name(String startedBy, String starter) {
    return starter.endsWith("/") ? " " + startedBy.substring(starter.length()) : "";
  }
}
