package io.pullrescue.workload.ecs;

import java.util.Optional;

/** What became known of the networks of tasks. */
public interface RunTaskEventLookupPort {
  /** The network that this task was asked for with; empty where nobody can tell (yet). */
  Optional<TaskNetwork> findNetwork(StandaloneTask task);
}
