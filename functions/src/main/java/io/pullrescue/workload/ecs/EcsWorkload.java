package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.Workload;
import java.time.InstantSource;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Loads the failures of tasks on Amazon ECS. Retries a task by updating its service, or by running
 * a standalone task again.
 */
public final class EcsWorkload implements Workload<TaskFailed> {
  private final MirrorNaming mirror;
  private final TaskClient taskClient;
  private final RequiredImageLookup imageLookup;
  private final ServiceUpdater serviceUpdater;
  private final StandaloneTaskRunner standaloneTaskRunner;

  /**
   * Creates the workload.
   *
   * @param cloudTrail is called only when a standalone task with its own network interface is
   *     retried
   * @param retryMode the setting {@code ecsRetry}
   * @param roles the setting {@code passRoles}
   * @param clock tells how long ago a task stopped
   */
  public EcsWorkload(
      EcsClient ecs,
      Supplier<CloudTrailClient> cloudTrail,
      RequiredImageLookup imageLookup,
      MirrorNaming mirror,
      WorkloadRetryMode retryMode,
      PassableRoles roles,
      EventPublisher publisher,
      InstantSource clock) {
    this.mirror = mirror;
    var definitionClient = new TaskDefinitionClient(ecs);
    this.taskClient = new TaskClient(ecs, definitionClient);
    this.imageLookup = imageLookup;
    this.serviceUpdater =
        new ServiceUpdater(
            new ServiceClient(ecs, definitionClient),
            definitionClient,
            new ServiceUpdatePlanner(mirror, retryMode, roles),
            publisher);
    this.standaloneTaskRunner =
        new StandaloneTaskRunner(
            new StandaloneTaskClient(ecs, definitionClient),
            definitionClient,
            new RunTaskEventLookup(cloudTrail),
            new StandaloneTaskPlanner(mirror, retryMode, roles),
            publisher,
            clock);
  }

  @Override
  public LoadResult load(TaskFailed failed) {
    if (!isOfThisAccount(failed)) {
      return new LoadResult.NoFailure(otherAccountReason(failed));
    }
    return taskClient
        .find(failed.clusterArn(), failed.taskArn())
        .map(EcsTask::toLoadResult)
        .orElseGet(() ->
            new LoadResult.NotReady(
                null, "ECS task " + failed.taskArn() + " does not exist in this Region"));
  }

  @Override
  public ProcessingResult retry(TaskFailed failed, Retry request) {
    if (!isOfThisAccount(failed)) {
      return new Completed("ignored: " + otherAccountReason(failed));
    }
    return taskClient
        .find(failed.clusterArn(), failed.taskArn())
        .map(task -> retryWhenReady(task, request))
        .orElseGet(() ->
            imageLookup.notFound(
                request,
                "ECS task "
                    + failed.taskArn()
                    + " no longer exists; start it again if it is still wanted"));
  }

  /** The permissions of the functions end at their account; ECS would deny the call. */
  private boolean isOfThisAccount(TaskFailed failed) {
    var prefix = ":ecs:" + mirror.region() + ":" + mirror.accountId() + ":";
    return failed.taskArn().contains(prefix) && failed.clusterArn().contains(prefix);
  }

  private static String otherAccountReason(TaskFailed failed) {
    return "ECS task " + failed.taskArn() + " is not of this account and Region";
  }

  private ProcessingResult retryWhenReady(EcsTask task, Retry request) {
    return switch (imageLookup.lookUp(request, task.toLoadResult())) {
      case RequiredImageLookup.Unavailable unavailable -> unavailable.result();
      case RequiredImageLookup.Ready ready ->
          task.serviceName()
              .map(service ->
                  serviceUpdater.update(task, service, ready.mirroredImages(), request.waits()))
              .orElseGet(
                  () -> standaloneTaskRunner.run(task, ready.mirroredImages(), request.waits()));
    };
  }
}
