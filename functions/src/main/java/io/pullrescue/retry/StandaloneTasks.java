package io.pullrescue.retry;

import io.pullrescue.failure.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tasks that stand alone, and their starts. */
public interface StandaloneTasks {
  /** All that is known of this task; empty where ECS has forgotten it. */
  Optional<StandaloneTask> standalone(Task task);

  /**
   * Carries out the plan. However often it is asked for, there is one new task.
   *
   * @param network where the new task has its interface; null where it has none of its own
   */
  Start run(TaskRunPlan.RunTask plan, @Nullable TaskNetwork network);

  /** What ECS made of a start. */
  sealed interface Start {
    /**
     * The task is on its way.
     *
     * @param task its ARN
     * @param revision what it runs, {@code family:revision}
     */
    record Started(String task, String revision) implements Start {}

    /** It was started before, and still runs. */
    record Running(String task) implements Start {}

    /** ECS found no place for it. */
    record NotPlaced(String why) implements Start {}
  }
}
