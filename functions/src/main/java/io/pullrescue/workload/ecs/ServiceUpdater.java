package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.util.List;
import java.util.Objects;

/** The service of a task starts from the copies of all images that the task waited for. */
public final class ServiceUpdater {
  private final ServiceClientPort serviceClient;
  private final TaskDefinitionClientPort definitionClient;
  private final ServiceUpdatePlanner planner;
  private final EventPublisher publisher;

  public ServiceUpdater(
      ServiceClientPort serviceClient,
      TaskDefinitionClientPort definitionClient,
      ServiceUpdatePlanner planner,
      EventPublisher publisher) {
    this.serviceClient = serviceClient;
    this.definitionClient = definitionClient;
    this.planner = planner;
    this.publisher = publisher;
  }

  ProcessingResult update(Task task, String name, List<MirroredImage> mirroredImages) {
    return serviceClient
        .find(task.cluster(), name)
        .map(service -> update(task, service, mirroredImages))
        .orElseGet(() -> new Completed("ignored: ECS knows no service " + name + " by now"));
  }

  private ProcessingResult update(
      Task task, EcsService service, List<MirroredImage> mirroredImages) {
    var current =
        definitionClient.get(
            Objects.requireNonNullElse(service.taskDefinition(), task.definition()));
    var plan = planner.plan(task, service, current, mirroredImages);
    return switch (plan) {
      case ServiceUpdatePlan.NoAction noAction ->
          new Completed(task.arn() + ": " + noAction.reason());
      case ServiceUpdatePlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(task.trigger(), skip.reason()));
      case ServiceUpdatePlan.UpdateService updateService ->
          Completed.publishing(
              publisher, retried(updateService, serviceClient.update(updateService)));
    };
  }

  private static Retried retried(ServiceUpdatePlan.UpdateService plan, String revision) {
    return new Retried(
        plan.task().trigger(),
        1,
        plan.mirroredImages(),
        "service " + plan.service().name() + " with " + revision,
        "task definition",
        plan.notes(),
        null);
  }
}
