package io.pullrescue.lambda;

import io.pullrescue.failure.Task;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.StandalonePlanner;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.StandaloneTasks;
import io.pullrescue.retry.StandaloneTasks.Start;
import io.pullrescue.retry.TaskDefinitions;
import io.pullrescue.retry.TaskNetwork;
import io.pullrescue.retry.TaskNetworks;
import io.pullrescue.retry.TaskRunPlan;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task that stands alone runs again from the copies of all images that it waited for. */
final class StandaloneRun {
  /**
   * How long the record of the task's own start is waited for, by the number of the receipt. The
   * queue gives up after five receipts. CloudTrail tells of a call after five minutes on average,
   * and ECS keeps a stopped task for an hour.
   */
  private static final List<Duration> UNTIL_THE_CALL_IS_KNOWN =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15));

  private final StandaloneTasks tasks;
  private final TaskDefinitions definitions;
  private final TaskNetworks networks;
  private final StandalonePlanner planner;
  private final Announcer announcer;

  StandaloneRun(
      StandaloneTasks tasks,
      TaskDefinitions definitions,
      TaskNetworks networks,
      StandalonePlanner planner,
      Announcer announcer) {
    this.tasks = tasks;
    this.definitions = definitions;
    this.networks = networks;
    this.planner = planner;
    this.announcer = announcer;
  }

  /** At this receipt of its message. */
  Outcome run(Task task, List<Copy> copies, int attempt) {
    var standalone = tasks.standalone(task);
    if (standalone.isEmpty()) {
      return new Done("ignored: ECS knows no task " + task.arn() + " by now");
    }
    return switch (plan(standalone.get(), copies)) {
      case TaskRunPlan.Nothing it -> new Done(task.arn() + ": " + it.why());
      case TaskRunPlan.Leave it ->
          Done.telling(announcer, new RetryRefused(task.origin(), it.why()));
      case RunTask it when it.hasInterface() -> whereItWas(it, attempt);
      case RunTask it -> start(it, null);
    };
  }

  private TaskRunPlan plan(StandaloneTask task, List<Copy> copies) {
    var definition = definitions.definition(task.task().definition());
    return definitions
        .newest(definition)
        .map(newest -> planner.plan(task, definition, newest, copies))
        .orElseGet(() -> new TaskRunPlan.Leave("its task definition has been deregistered"));
  }

  private Outcome whereItWas(RunTask plan, int attempt) {
    Optional<TaskNetwork> network = networks.of(plan.original());
    if (network.isPresent()) {
      return start(plan, network.get());
    }
    var why = "CloudTrail does not tell with which security groups it was started";
    return attempt <= UNTIL_THE_CALL_IS_KNOWN.size()
        ? new Later(why, UNTIL_THE_CALL_IS_KNOWN.get(attempt - 1))
        : refuse(plan, why + "; start it again by hand");
  }

  private Outcome start(RunTask plan, @Nullable TaskNetwork network) {
    var task = plan.original().task();
    return switch (tasks.run(plan, network)) {
      case Start.Started it -> Done.telling(announcer, Retried.of(plan, it));
      case Start.Running it -> new Done(task.arn() + " runs again already, as " + it.task());
      case Start.NotPlaced it -> refuse(plan, it.why());
    };
  }

  private Outcome refuse(RunTask plan, String why) {
    return Done.telling(announcer, new RetryRefused(plan.original().task().origin(), why));
  }
}
