package io.pullrescue.workload.ecs;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;

/** An image that a task waited for is there: its service, or the task itself, starts from it. */
public final class EcsTaskRetrier {
  private final TaskClientPort taskClient;
  private final ContainerImageLookup imageLookup;
  private final ServiceUpdater serviceUpdater;
  private final StandaloneTaskRunner standaloneTaskRunner;

  public EcsTaskRetrier(
      TaskClientPort taskClient,
      ContainerImageLookup imageLookup,
      ServiceUpdater serviceUpdater,
      StandaloneTaskRunner standaloneTaskRunner) {
    this.taskClient = taskClient;
    this.imageLookup = imageLookup;
    this.serviceUpdater = serviceUpdater;
    this.standaloneTaskRunner = standaloneTaskRunner;
  }

  public ProcessingResult retry(TaskFailed failed, ImageReplicated event, int receiveCount) {
    return taskClient
        .find(failed.clusterArn(), failed.taskArn())
        .map(task -> retryWhenReady(task, event, receiveCount))
        .orElseGet(
            () -> new Completed("ignored: ECS knows no task " + failed.taskArn() + " by now"));
  }

  private ProcessingResult retryWhenReady(Task task, ImageReplicated event, int receiveCount) {
    return switch (imageLookup.lookUp(event, task.containers())) {
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
