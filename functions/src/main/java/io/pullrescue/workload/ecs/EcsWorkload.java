package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.Workload;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Loads the failures of tasks on Amazon ECS. Retries a task by updating its service, or by running
 * a standalone task again.
 */
public final class EcsWorkload implements Workload<TaskFailed> {
  private final TaskClient taskClient;
  private final ContainerImageLookup imageLookup;
  private final ServiceUpdater serviceUpdater;
  private final StandaloneTaskRunner standaloneTaskRunner;

  /**
   * Creates the workload.
   *
   * @param cloudTrail is called only when a standalone task with its own network interface is
   *     retried
   * @param retryMode the setting {@code ecsRetry}
   * @param roles the setting {@code passRoles}
   */
  public EcsWorkload(
      EcsClient ecs,
      Supplier<CloudTrailClient> cloudTrail,
      ContainerImageLookup imageLookup,
      MirrorNaming mirror,
      WorkloadRetryMode retryMode,
      PassableRoles roles,
      EventPublisher publisher) {
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
            publisher);
  }

  @Override
  public LoadResult load(TaskFailed failed) {
    return taskClient
        .find(failed.clusterArn(), failed.taskArn())
        .map(EcsTask::toLoadResult)
        .orElseGet(() ->
            new LoadResult.NoFailure(
                "ECS task " + failed.taskArn() + " does not exist in this Region"));
  }

  @Override
  public ProcessingResult retry(TaskFailed failed, ImageReplicated replicated, int receiveCount) {
    return taskClient
        .find(failed.clusterArn(), failed.taskArn())
        .map(task -> retryWhenReady(task, replicated, receiveCount))
        .orElseGet(
            () -> new Completed("skipped: ECS task " + failed.taskArn() + " no longer exists"));
  }

  private ProcessingResult retryWhenReady(
      EcsTask task, ImageReplicated replicated, int receiveCount) {
    return switch (imageLookup.lookUp(replicated, task.containers())) {
      case ContainerImageLookup.Rejected rejected -> new Completed("ignored: " + rejected.reason());
      case ContainerImageLookup.Pending pending ->
          new Completed(task.arn() + " still waits for " + pending.image());
      case ContainerImageLookup.Ready ready ->
          task.serviceName()
              .map(service -> serviceUpdater.update(task, service, ready.mirroredImages()))
              .orElseGet(
                  () -> standaloneTaskRunner.run(task, ready.mirroredImages(), receiveCount));
    };
  }
}
