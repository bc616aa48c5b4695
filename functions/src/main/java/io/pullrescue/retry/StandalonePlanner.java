package io.pullrescue.retry;

import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskRunPlan.Leave;
import io.pullrescue.retry.TaskRunPlan.Nothing;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides whether a task that stands alone and could not pull runs again. Pure. */
public final class StandalonePlanner {
  /**
   * The only thing that ECS attaches and its records tell enough of. Events call it by the first
   * name, DescribeTasks by the second.
   */
  private static final Set<String> INTERFACE = Set.of("eni", "ElasticNetworkInterface");

  private final Mirror mirror;
  private final WorkloadChanges changes;

  /** Plans with the copies of this mirror, for the tasks that may be run again. */
  public StandalonePlanner(Mirror mirror, WorkloadChanges changes) {
    this.mirror = mirror;
    this.changes = changes;
  }

  /**
   * The plan for this task, now that these copies are in the mirror.
   *
   * @param definition what it ran
   * @param newest what its family runs by now
   */
  public TaskRunPlan plan(
      StandaloneTask task, TaskDefinition definition, TaskDefinition newest, List<Copy> copies) {
    return unasked(task, definition)
        .<TaskRunPlan>map(Nothing::new)
        .or(() -> objection(task, definition, newest, copies).map(Leave::new))
        .orElseGet(() -> run(task, definition, copies));
  }

  private Optional<String> unasked(StandaloneTask task, TaskDefinition definition) {
    return changes.unasked("task " + task.id(), task.tags(), definition.tags());
  }

  private Optional<String> objection(
      StandaloneTask task, TaskDefinition definition, TaskDefinition newest, List<Copy> copies) {
    var rewriting = definition.with(mirror, copies);
    return notOurs(task)
        .or(() -> untold(task))
        .or(() ->
            rewriting.objection(
                newest.name(),
                newest.containers(),
                task.task().launchType(),
                task.task().executionRole()));
  }

  private static Optional<String> notOurs(StandaloneTask task) {
    if (task.task().startedBy().startsWith(StandaloneTask.STARTED_BY)) {
      return Optional.of(
          "it was run again from the copy already; see what it says of its pull, or point its task"
              + " definition at the mirror");
    }
    return TaskOwner.of(task)
        .map(owner ->
            owner
                + " started it, and starts the next one; point its task definition at"
                + " the mirror");
  }

  private static Optional<String> untold(StandaloneTask task) {
    return task.attachments().stream()
        .filter(kind -> !INTERFACE.contains(kind))
        .sorted()
        .findFirst()
        .map(kind -> "its record does not tell what was attached to it (" + kind + ")");
  }

  private RunTask run(StandaloneTask task, TaskDefinition definition, List<Copy> copies) {
    var rewriting = definition.with(mirror, copies);
    return new RunTask(
        task,
        copies,
        rewriting.images(),
        StandaloneTask.STARTED_BY + task.id(),
        "pull-rescue-" + task.id(),
        definition.givesAnInterface(),
        remarks(task, rewriting, copies));
  }

  private static List<String> remarks(StandaloneTask task, Rewriting rewriting, List<Copy> copies) {
    var remarks = new ArrayList<String>();
    remarks.add(new PullRemark(task.task().executionRole(), task.task().arn()).about(copies));
    remarks.addAll(rewriting.remarks());
    if (task.task().launchType().equals("EC2")) {
      remarks.add(
          "placement constraints and strategies of its first start are not known, those of its task"
              + " definition hold");
    }
    return remarks;
  }
}
