package io.pullrescue.workload.ecs;

import java.util.Optional;

/** The services of this account and region, and what they run. */
public interface ServiceClientPort {
  /** The service of this name in the cluster; empty where there is none. */
  Optional<EcsService> find(String cluster, String name);

  /**
   * Carries out the plan. However often it is asked for, there is one new revision.
   *
   * @return the revision that the service is to run now, {@code family:revision}
   */
  String update(ServiceUpdatePlan.UpdateService plan);
}
