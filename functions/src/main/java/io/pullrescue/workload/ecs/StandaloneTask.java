package io.pullrescue.workload.ecs;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task that no service keeps, with what it takes to decide whether it may run again.
 *
 * @param attachmentTypes the kinds of what was attached to it, such as {@code eni}
 * @param createdAt when it was asked for; null where its record does not say
 */
public record StandaloneTask(
    Task task, Map<String, String> tags, Set<String> attachmentTypes, @Nullable Instant createdAt) {
  /** The name that our own tasks go by, which others may not use. */
  static final String STARTED_BY_PREFIX = "pull-rescue/";

  /** Copies the tags and attachments, so that a task never changes. */
  public StandaloneTask {
    tags = Map.copyOf(tags);
    attachmentTypes = Set.copyOf(attachmentTypes);
  }

  /** Its own name, without those of its Region and cluster. */
  String id() {
    return task.arn().substring(task.arn().lastIndexOf('/') + 1);
  }
}
