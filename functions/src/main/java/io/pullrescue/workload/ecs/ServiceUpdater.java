package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Service;

/** Updates the service of a failed task to a revision with mirrored images. */
final class ServiceUpdater {
  private final ServiceClient serviceClient;
  private final TaskDefinitionClient definitionClient;
  private final ServiceUpdatePlanner planner;
  private final EventPublisher publisher;

  ServiceUpdater(
      ServiceClient serviceClient,
      TaskDefinitionClient definitionClient,
      ServiceUpdatePlanner planner,
      EventPublisher publisher) {
    this.serviceClient = serviceClient;
    this.definitionClient = definitionClient;
    this.planner = planner;
    this.publisher = publisher;
  }

  /**
   * Updates the service if the settings allow it and nothing prevents it.
   *
   * @param waits how often the request has waited
   */
  ProcessingResult update(
      EcsTask task, String serviceName, List<MirroredImage> mirroredImages, int waits) {
    return serviceClient
        .find(task.task().clusterArn(), serviceName)
        .map(service -> update(task, service, mirroredImages, waits))
        .orElseGet(
            () -> new Completed("skipped: ECS service " + serviceName + " no longer exists"));
  }

  private ProcessingResult update(
      EcsTask task, Service service, List<MirroredImage> mirroredImages, int waits) {
    return switch (plan(task, service, mirroredImages)) {
      case ServiceUpdatePlan.NoAction noAction ->
          new Completed(task.arn() + ": " + noAction.reason());
      case ServiceUpdatePlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(task.trigger(), skip.reason()));
      case UpdateService updateService -> update(updateService, waits);
    };
  }

  private ProcessingResult update(UpdateService plan, int waits) {
    try {
      return Completed.publishing(
          publisher,
          serviceClient
              .update(plan)
              .<RescueEvent>map(revision -> retried(plan, revision))
              .orElseGet(() ->
                  new RetrySkipped(
                      plan.task().trigger(),
                      "the family of its task definition "
                          + plan.definition().name()
                          + " has no active revision; register one")));
    } catch (EcsException error) {
      return ProcessingResult.rejected(error, plan.task().trigger(), waits, publisher);
    }
  }

  private ServiceUpdatePlan plan(
      EcsTask task, Service service, List<MirroredImage> mirroredImages) {
    return currentDefinition(task, service.taskDefinition())
        .map(current -> planner.plan(task, service, current, mirroredImages))
        .orElseGet(() -> new ServiceUpdatePlan.Skip("its task definition has been deleted"));
  }

  /**
   * Returns the definition of the service.
   *
   * @param definitionArn null if an external controller deploys the service: the definition of its
   *     task stands for it
   */
  private Optional<TaskDefinitionRevision> currentDefinition(
      EcsTask task, @Nullable String definitionArn) {
    return definitionArn == null || definitionArn.equals(task.task().taskDefinitionArn())
        ? Optional.ofNullable(task.definition())
        : definitionClient.find(definitionArn);
  }

  private static Retried retried(UpdateService plan, String revision) {
    return new Retried(
        plan.task().trigger(),
        1,
        plan.mirroredImages(),
        "service " + plan.service().serviceName() + " with " + revision,
        "task definition",
        plan.notes(),
        null);
  }
}
