package io.pullrescue.workload.ecs;

import java.util.Optional;

/** The task definitions of this account and region. */
public interface TaskDefinitionClientPort {
  /** The task definition with this ARN. */
  TaskDefinition get(String arn);

  /** The newest revision of its family that may be run; empty where none is left. */
  Optional<TaskDefinition> findNewestRevision(TaskDefinition definition);
}
