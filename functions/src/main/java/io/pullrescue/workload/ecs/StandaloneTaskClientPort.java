package io.pullrescue.workload.ecs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tasks that stand alone, and their starts. */
public interface StandaloneTaskClientPort {
  /** All that is known of this task; empty where ECS has forgotten it. */
  Optional<StandaloneTask> find(Task task);

  /**
   * Carries out the plan. However often it is asked for, there is one new task.
   *
   * @param network where the new task has its interface; null where it has none of its own
   */
  StartResult run(RunTaskPlan.RunTask plan, @Nullable TaskNetwork network);

  /** What ECS made of a start. */
  public sealed interface StartResult {
    /**
     * The task is on its way.
     *
     * @param taskArn its ARN
     * @param revision what it runs, {@code family:revision}
     */
    record Started(String taskArn, String revision) implements StartResult {}

    /** It was started before, and still runs. */
    record AlreadyRunning(String taskArn) implements StartResult {}

    /** ECS found no place for it. */
    record NotPlaced(String reason) implements StartResult {}
  }
}
