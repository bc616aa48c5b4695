package io.pullrescue.testing;

import io.pullrescue.workload.ecs.RunTaskEventLookupPort;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.StandaloneTask;
import io.pullrescue.workload.ecs.StandaloneTaskClientPort;
import io.pullrescue.workload.ecs.Task;
import io.pullrescue.workload.ecs.TaskNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The starts of tasks in memory: a task that was started is found again. */
public final class FakeRunTask implements StandaloneTaskClientPort, RunTaskEventLookupPort {
  public static final TaskNetwork NETWORK =
      new TaskNetwork(List.of("subnet-1"), List.of("sg-1"), "DISABLED");

  public final List<RunTask> startedTasks = new ArrayList<>();
  public final List<@Nullable TaskNetwork> networks = new ArrayList<>();
  public final Map<String, String> tags = new HashMap<>();
  @Nullable public TaskNetwork recordedNetwork = NETWORK;
  @Nullable public String placementFailure;
  public boolean taskUnknown;

  @Override
  public Optional<StandaloneTask> find(Task task) {
    return taskUnknown
        ? Optional.empty()
        : Optional.of(new StandaloneTask(task, tags, Set.of("eni"), null));
  }

  @Override
  public StartResult run(RunTask plan, @Nullable TaskNetwork network) {
    if (placementFailure != null) {
      return new StartResult.NotPlaced(placementFailure);
    }
    if (startedTasks.stream().map(RunTask::startedBy).anyMatch(plan.startedBy()::equals)) {
      return new StartResult.AlreadyRunning("task/again");
    }
    startedTasks.add(plan);
    networks.add(network);
    return new StartResult.Started("task/again", "shop-web:42");
  }

  @Override
  public Optional<TaskNetwork> findNetwork(StandaloneTask task) {
    return Optional.ofNullable(recordedNetwork);
  }
}
