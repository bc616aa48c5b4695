package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.StandaloneTaskClientPort.StartResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task that stands alone runs again from the copies of all images that it waited for. */
public final class StandaloneTaskRunner {
  /**
   * How long the record of the task's own start is waited for, by the number of the receipt. The
   * queue gives up after five receipts. CloudTrail tells of a call after five minutes on average,
   * and ECS keeps a stopped task for an hour.
   */
  private static final List<Duration> CLOUDTRAIL_POLL_DELAYS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15));

  private final StandaloneTaskClientPort taskClient;
  private final TaskDefinitionClientPort definitionClient;
  private final RunTaskEventLookupPort runTaskEventLookup;
  private final StandaloneTaskPlanner planner;
  private final EventPublisher publisher;

  public StandaloneTaskRunner(
      StandaloneTaskClientPort taskClient,
      TaskDefinitionClientPort definitionClient,
      RunTaskEventLookupPort runTaskEventLookup,
      StandaloneTaskPlanner planner,
      EventPublisher publisher) {
    this.taskClient = taskClient;
    this.definitionClient = definitionClient;
    this.runTaskEventLookup = runTaskEventLookup;
    this.planner = planner;
    this.publisher = publisher;
  }

  /** At this receipt of its message. */
  ProcessingResult run(Task task, List<MirroredImage> mirroredImages, int receiveCount) {
    var standaloneTask = taskClient.find(task);
    if (standaloneTask.isEmpty()) {
      return new Completed("ignored: ECS knows no task " + task.arn() + " by now");
    }
    return switch (plan(standaloneTask.get(), mirroredImages)) {
      case RunTaskPlan.NoAction noAction -> new Completed(task.arn() + ": " + noAction.reason());
      case RunTaskPlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(task.trigger(), skip.reason()));
      case RunTask runTask when runTask.requiresNetwork() ->
          runWithOriginalNetwork(runTask, receiveCount);
      case RunTask run -> start(run, null);
    };
  }

  private RunTaskPlan plan(StandaloneTask task, List<MirroredImage> mirroredImages) {
    var definition = definitionClient.get(task.task().definition());
    return definitionClient
        .findNewestRevision(definition)
        .map(latest -> planner.plan(task, definition, latest, mirroredImages))
        .orElseGet(() -> new RunTaskPlan.Skip("its task definition has been deregistered"));
  }

  private ProcessingResult runWithOriginalNetwork(RunTask plan, int receiveCount) {
    Optional<TaskNetwork> network = runTaskEventLookup.findNetwork(plan.original());
    if (network.isPresent()) {
      return start(plan, network.get());
    }
    var reason = "CloudTrail does not tell with which security groups it was started";
    return receiveCount <= CLOUDTRAIL_POLL_DELAYS.size()
        ? new RetryAfter(reason, CLOUDTRAIL_POLL_DELAYS.get(receiveCount - 1))
        : skip(plan, reason + "; start it again by hand");
  }

  private ProcessingResult start(RunTask plan, @Nullable TaskNetwork network) {
    var task = plan.original().task();
    return switch (taskClient.run(plan, network)) {
      case StartResult.Started started -> Completed.publishing(publisher, retried(plan, started));
      case StartResult.AlreadyRunning alreadyRunning ->
          new Completed(task.arn() + " runs again already, as " + alreadyRunning.taskArn());
      case StartResult.NotPlaced notPlaced -> skip(plan, notPlaced.reason());
    };
  }

  private ProcessingResult skip(RunTask plan, String reason) {
    return Completed.publishing(
        publisher, new RetrySkipped(plan.original().task().trigger(), reason));
  }

  private static Retried retried(RunTask plan, StartResult.Started started) {
    return new Retried(
        plan.original().task().trigger(),
        1,
        plan.mirroredImages(),
        "task " + started.taskArn() + " of " + started.revision(),
        plan.containerImages().isEmpty() ? "unchanged references" : "task definition",
        plan.notes(),
        null);
  }
}
