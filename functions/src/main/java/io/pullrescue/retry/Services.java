package io.pullrescue.retry;

import java.util.Optional;

/** The services of this account and region, and what they run. */
public interface Services {
  /** The service of this name in the cluster; empty where there is none. */
  Optional<Service> service(String cluster, String name);

  /**
   * Carries out the plan. However often it is asked for, there is one new revision.
   *
   * @return the revision that the service is to run now, {@code family:revision}
   */
  String update(TaskPlan.UpdateService plan);
}
