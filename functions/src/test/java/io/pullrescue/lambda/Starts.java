package io.pullrescue.lambda;

import io.pullrescue.failure.Task;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.StandaloneTasks;
import io.pullrescue.retry.TaskNetwork;
import io.pullrescue.retry.TaskNetworks;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The starts of tasks in memory: a task that was started is found again. */
final class Starts implements StandaloneTasks, TaskNetworks {
  static final TaskNetwork NETWORK =
      new TaskNetwork(List.of("subnet-1"), List.of("sg-1"), "DISABLED");

  final List<RunTask> started = new ArrayList<>();
  final List<@Nullable TaskNetwork> networks = new ArrayList<>();
  final Map<String, String> tags = new HashMap<>();
  @Nullable TaskNetwork known = NETWORK;
  @Nullable String full;
  boolean forgotten;

  @Override
  public Optional<StandaloneTask> standalone(Task task) {
    return forgotten
        ? Optional.empty()
        : Optional.of(new StandaloneTask(task, tags, Set.of("eni"), null));
  }

  @Override
  public Start run(RunTask plan, @Nullable TaskNetwork network) {
    if (full != null) {
      return new Start.NotPlaced(full);
    }
    if (started.stream().map(RunTask::startedBy).anyMatch(plan.startedBy()::equals)) {
      return new Start.Running("task/again");
    }
    started.add(plan);
    networks.add(network);
    return new Start.Started("task/again", "shop-web:42");
  }

  @Override
  public Optional<TaskNetwork> of(StandaloneTask task) {
    return Optional.ofNullable(known);
  }
}
