package io.pullrescue.workload.ecs;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.NoAction;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.Skip;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how the service of a task that could not pull comes to start from the copy. Pure. */
public final class ServiceUpdatePlanner {
  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;

  /** Plans with the copies of this mirror, for the services that may be changed. */
  public ServiceUpdatePlanner(MirrorNaming mirror, WorkloadRetryMode retryMode) {
    this.mirror = mirror;
    this.retryMode = retryMode;
  }

  /**
   * The plan for the service of this task, now that these copies are in the mirror.
   *
   * @param current what the service is to run by now
   */
  ServiceUpdatePlan plan(
      Task task, EcsService service, TaskDefinition current, List<MirroredImage> mirroredImages) {
    return skipReason(service)
        .or(() -> upToDateReason(service, current, mirroredImages))
        .<ServiceUpdatePlan>map(NoAction::new)
        .or(() -> blockingReason(task, service, current, mirroredImages).map(Skip::new))
        .orElseGet(() -> update(task, service, current, mirroredImages));
  }

  private Optional<String> skipReason(EcsService service) {
    return retryMode.skipReason("service " + service.name(), service.tags(), Map.of());
  }

  private Optional<String> upToDateReason(
      EcsService service, TaskDefinition current, List<MirroredImage> mirroredImages) {
    var images = current.images();
    if (mirroredImages.stream().map(MirroredImage::mirrorReference).allMatch(images::contains)) {
      return Optional.of(
          "service %s starts from the copy already, as %s"
              .formatted(service.name(), current.name()));
    }
    return mirroredImages.stream()
            .map(MirroredImage::image)
            .map(mirror::resolve)
            .allMatch(optional -> optional.filter(images::contains).isPresent())
        ? Optional.of(
            "%s names the mirror, and service %s finds the copy there by itself"
                .formatted(current.name(), service.name()))
        : Optional.empty();
  }

  /** The first thing that stands against an update; empty where nothing does. */
  private Optional<String> blockingReason(
      Task task, EcsService service, TaskDefinition current, List<MirroredImage> mirroredImages) {
    return ineligibleReason(task, service, current, mirroredImages.getLast())
        .or(() ->
            current
                .rewriteImages(mirror, mirroredImages)
                .blockingReason(task.launchType(), current.executionRole()));
  }

  private Optional<String> ineligibleReason(
      Task task, EcsService service, TaskDefinition current, MirroredImage mirroredImage) {
    if (!service.status().equals("ACTIVE")) {
      return Optional.of("its service is " + service.status() + ", not ACTIVE");
    }
    if (!service.deploymentController().equals("ECS")) {
      return Optional.of(
          describeDeployer(service)
              + "; deploy a revision there that names "
              + mirroredImage.mirrorReference());
    }
    return current.arn().equals(task.definition())
        ? Optional.empty()
        : Optional.of("its service has moved on to " + current.name());
  }

  private static String describeDeployer(EcsService service) {
    return switch (service.deploymentController()) {
      case "CODE_DEPLOY" -> "AWS CodeDeploy deploys its service (controller CODE_DEPLOY)";
      case "EXTERNAL" -> "a deployer of your own has its service (controller EXTERNAL)";
      default -> "its service has the deployment controller " + service.deploymentController();
    };
  }

  private UpdateService update(
      Task task, EcsService service, TaskDefinition current, List<MirroredImage> mirroredImages) {
    var rewrite = current.rewriteImages(mirror, mirroredImages);
    var notes = new ArrayList<>(new ServiceUpdateNotes(service, current).notes(mirroredImages));
    notes.addAll(rewrite.notes());
    return new UpdateService(
        task, service, current, mirroredImages, rewrite.containerImages(), notes);
  }
}
