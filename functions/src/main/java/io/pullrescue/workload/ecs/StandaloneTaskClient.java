package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.joining;

import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;

/** Runs standalone tasks again (RunTask). */
final class StandaloneTaskClient {
  private final EcsClient ecs;
  private final TaskDefinitionClient definitionClient;

  StandaloneTaskClient(EcsClient ecs, TaskDefinitionClient definitionClient) {
    this.ecs = ecs;
    this.definitionClient = definitionClient;
  }

  /**
   * Runs the planned task. Repeated calls start one task.
   *
   * @param network where the new task has its network interface; null if it has none of its own
   */
  StartResult run(RunTask plan, @Nullable AwsVpcConfiguration network) {
    return findRetry(plan)
        .<StartResult>map(StartResult.AlreadyStarted::new)
        .orElseGet(() -> start(plan, network));
  }

  /** A retried task may have ended already; ECS lists it for about an hour. */
  private Optional<String> findRetry(RunTask plan) {
    return Stream.of(DesiredStatus.RUNNING, DesiredStatus.STOPPED)
        .flatMap(status ->
            ecs
                .listTasks(request ->
                    request
                        .cluster(plan.original().task().clusterArn())
                        .startedBy(plan.startedBy())
                        .desiredStatus(status))
                .taskArns()
                .stream())
        .findFirst();
  }

  private StartResult start(RunTask plan, @Nullable AwsVpcConfiguration network) {
    var definition =
        plan.containerImages().isEmpty()
            ? plan.definition().arn()
            : definitionClient.findOrRegisterRevision(
                plan.definition(), plan.newest(), plan.containerImages());
    var request =
        new RunTaskRequests(plan.original().task(), plan.definition(), definition)
            .request(plan.startedBy(), plan.clientToken(), network);
    try {
      return toStartResult(ecs.runTask(request), definition);
    } catch (ConflictException used) {
      // The token was used for a request with another revision: an earlier delivery started it.
      return new StartResult.AlreadyStarted(String.join(", ", used.resourceIds()));
    }
  }

  /** For a client token that ECS has seen before, it returns the task that was started then. */
  private static StartResult toStartResult(RunTaskResponse response, String definition) {
    return response.tasks().stream()
        .findFirst()
        .<StartResult>map(task ->
            new StartResult.Started(
                task.taskArn(), definition.substring(definition.lastIndexOf('/') + 1)))
        .orElseGet(
            () -> new StartResult.NotPlaced("ECS could not place it: " + failureReasons(response)));
  }

  private static String failureReasons(RunTaskResponse response) {
    return response.failures().stream().map(Failure::reason).distinct().collect(joining(", "));
  }

  /** States what ECS did with a task that was to be run. */
  sealed interface StartResult {
    /**
     * The task has been started.
     *
     * @param revision its task definition, {@code family:revision}
     */
    record Started(String taskArn, String revision) implements StartResult {}

    /** The task has been started before. */
    record AlreadyStarted(String taskArn) implements StartResult {}

    /** ECS could not place the task. */
    record NotPlaced(String reason) implements StartResult {}
  }
}
