package io.pullrescue.retry;

import java.util.Optional;

/** The task definitions of this account and region. */
public interface TaskDefinitions {
  /** The task definition with this ARN. */
  TaskDefinition definition(String arn);

  /** The newest revision of its family that may be run; empty where none is left. */
  Optional<TaskDefinition> newest(TaskDefinition definition);
}
