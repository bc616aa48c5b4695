package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.StandaloneTaskClient.StartResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailException;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** Runs a failed standalone task again with mirrored images. */
final class StandaloneTaskRunner {
  /**
   * How long to wait for the RunTask event, by the number of earlier waits. CloudTrail delivers an
   * event after five minutes on average, and ECS keeps a stopped task for an hour.
   */
  private static final List<Duration> CLOUDTRAIL_POLL_DELAYS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15));

  private final StandaloneTaskClient taskClient;
  private final TaskDefinitionClient definitionClient;
  private final RunTaskEventLookup runTaskEventLookup;
  private final StandaloneTaskPlanner planner;
  private final EventPublisher publisher;
  private final InstantSource clock;

  StandaloneTaskRunner(
      StandaloneTaskClient taskClient,
      TaskDefinitionClient definitionClient,
      RunTaskEventLookup runTaskEventLookup,
      StandaloneTaskPlanner planner,
      EventPublisher publisher,
      InstantSource clock) {
    this.taskClient = taskClient;
    this.definitionClient = definitionClient;
    this.runTaskEventLookup = runTaskEventLookup;
    this.planner = planner;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Runs the task again if the settings allow it and nothing prevents it.
   *
   * @param waits how often the request has waited
   */
  ProcessingResult run(EcsTask task, List<MirroredImage> mirroredImages, int waits) {
    return switch (plan(task, mirroredImages)) {
      case RunTaskPlan.NoAction noAction -> new Completed(task.arn() + ": " + noAction.reason());
      case RunTaskPlan.Skip skip -> skip(task, skip.reason());
      case RunTask runTask -> run(runTask, waits);
    };
  }

  private ProcessingResult run(RunTask plan, int waits) {
    try {
      return plan.requiresNetwork() ? runWithOriginalNetwork(plan, waits) : start(plan, null);
    } catch (EcsException | CloudTrailException error) {
      return ProcessingResult.rejected(error, plan.original().trigger(), waits, publisher);
    }
  }

  private RunTaskPlan plan(EcsTask task, List<MirroredImage> mirroredImages) {
    return Optional.ofNullable(task.definition())
        .flatMap(definition ->
            definitionClient
                .find(definition.definition().family())
                .map(newest ->
                    planner.plan(task, definition, newest, mirroredImages, clock.instant())))
        .orElseGet(() ->
            new RunTaskPlan.Skip(
                "its task definition has been deregistered; start it with an active revision"));
  }

  private ProcessingResult runWithOriginalNetwork(RunTask plan, int waits) {
    var network = runTaskEventLookup.findNetwork(plan.original().task());
    if (network.isPresent()) {
      return start(plan, network.get());
    }
    var reason =
        "CloudTrail has no RunTask event for it, so its subnets and security groups are not known";
    return waits < CLOUDTRAIL_POLL_DELAYS.size()
        ? new RetryAfter(reason, CLOUDTRAIL_POLL_DELAYS.get(waits))
        : skip(plan.original(), reason + "; start it manually");
  }

  private ProcessingResult start(RunTask plan, @Nullable AwsVpcConfiguration network) {
    return switch (taskClient.run(plan, network)) {
      case StartResult.Started started -> Completed.publishing(publisher, retried(plan, started));
      case StartResult.AlreadyStarted alreadyStarted ->
          new Completed(
              plan.original().arn() + " has already been retried as " + alreadyStarted.taskArn());
      case StartResult.NotPlaced notPlaced -> skip(plan.original(), notPlaced.reason());
    };
  }

  private ProcessingResult skip(EcsTask task, String reason) {
    return Completed.publishing(publisher, new RetrySkipped(task.trigger(), reason));
  }

  private static Retried retried(RunTask plan, StartResult.Started started) {
    return new Retried(
        plan.original().trigger(),
        1,
        plan.mirroredImages(),
        "task " + started.taskArn() + " of " + started.revision(),
        plan.containerImages().isEmpty() ? "unchanged references" : "task definition",
        plan.notes(),
        null);
  }
}
