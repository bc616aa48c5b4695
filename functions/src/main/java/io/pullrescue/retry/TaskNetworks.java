package io.pullrescue.retry;

import java.util.Optional;

/** What became known of the networks of tasks. */
public interface TaskNetworks {
  /** The network that this task was asked for with; empty where nobody can tell (yet). */
  Optional<TaskNetwork> of(StandaloneTask task);
}
