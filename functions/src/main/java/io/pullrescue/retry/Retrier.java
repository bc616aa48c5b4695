package io.pullrescue.retry;

import java.util.Optional;

/** Starts builds again. */
public interface Retrier {
  /** The build that is this attempt of this chain, where one exists already. */
  Optional<String> started(RetryPlan.StartBuild plan);

  /** Starts it; the id of the new build. Asking twice for the same plan starts one build. */
  String start(RetryPlan.StartBuild plan);
}
