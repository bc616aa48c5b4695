package io.pullrescue.workload.ecs;

import java.util.Optional;

/** The tasks of this account and region, as Amazon ECS knows them. */
public interface TaskClientPort {
  /** The task, or empty where ECS has forgotten it: it keeps a stopped one for an hour or so. */
  Optional<Task> find(String cluster, String arn);
}
