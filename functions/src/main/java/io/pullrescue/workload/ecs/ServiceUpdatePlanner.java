package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.NoAction;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.Skip;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Plans how the service of a failed task starts from mirrored images. Calls no API. */
final class ServiceUpdatePlanner {
  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;
  private final PassableRoles roles;

  ServiceUpdatePlanner(MirrorNaming mirror, WorkloadRetryMode retryMode, PassableRoles roles) {
    this.mirror = mirror;
    this.retryMode = retryMode;
    this.roles = roles;
  }

  /**
   * Returns the plan for the service of this task.
   *
   * @param current the task definition that the service has now
   * @param mirroredImages the mirrored images that the task needs
   */
  ServiceUpdatePlan plan(
      EcsTask task,
      Service service,
      TaskDefinitionRevision current,
      List<MirroredImage> mirroredImages) {
    return retryMode
        .skipReason("ecsRetry", "service " + service.serviceName(), tags(service), Map.of())
        .or(() -> upToDateReason(service, current, mirroredImages))
        .<ServiceUpdatePlan>map(NoAction::new)
        .or(() -> blockingReason(task, service, current, mirroredImages).map(Skip::new))
        .orElseGet(() -> update(task, service, current, mirroredImages));
  }

  private Optional<String> upToDateReason(
      Service service, TaskDefinitionRevision current, List<MirroredImage> mirroredImages) {
    var images = current.images();
    if (mirroredImages.stream().map(MirroredImage::mirrorReference).allMatch(images::contains)) {
      return Optional.of(
          "service %s uses the mirrored images already, as %s"
              .formatted(service.serviceName(), current.name()));
    }
    return mirroredImages.stream()
            .map(MirroredImage::image)
            .map(mirror::resolve)
            .allMatch(reference -> reference.filter(images::contains).isPresent())
        ? Optional.of(
            "%s refers to the mirror, so service %s pulls the mirrored images without a change"
                .formatted(current.name(), service.serviceName()))
        : Optional.empty();
  }

  private Optional<String> blockingReason(
      EcsTask task,
      Service service,
      TaskDefinitionRevision current,
      List<MirroredImage> mirroredImages) {
    return ineligibleReason(task, service, current, mirroredImages.getLast())
        .or(() ->
            current
                .rewriteImages(mirror, mirroredImages)
                .blockingReason(task.launchType(), current.executionRole()))
        .or(() -> roles.blockingReason(current.roles()));
  }

  private static Optional<String> ineligibleReason(
      EcsTask task, Service service, TaskDefinitionRevision current, MirroredImage mirroredImage) {
    if (!service.status().equals("ACTIVE")) {
      return Optional.of("its service is " + service.status() + ", not ACTIVE");
    }
    var controller = controllerType(service);
    if (!controller.equals("ECS")) {
      return Optional.of(
          describeController(controller)
              + "; deploy a revision there that uses "
              + mirroredImage.mirrorReference());
    }
    return current.arn().equals(task.task().taskDefinitionArn())
        ? Optional.empty()
        : Optional.of("its service has been updated to " + current.name());
  }

  /** A service without a controller has the default one. */
  private static String controllerType(Service service) {
    return service.deploymentController() == null
        ? "ECS"
        : service.deploymentController().typeAsString();
  }

  private static String describeController(String controller) {
    return switch (controller) {
      case "CODE_DEPLOY" -> "AWS CodeDeploy deploys its service (controller CODE_DEPLOY)";
      case "EXTERNAL" -> "an external controller deploys its service (controller EXTERNAL)";
      default -> "its service has the deployment controller " + controller;
    };
  }

  private UpdateService update(
      EcsTask task,
      Service service,
      TaskDefinitionRevision current,
      List<MirroredImage> mirroredImages) {
    var rewrite = current.rewriteImages(mirror, mirroredImages);
    var notes = new ArrayList<String>();
    notes.add(rewrite.pullPermissionNote(current.executionRole(), service.serviceArn()));
    Optional.ofNullable(tags(service).get("aws:cloudformation:stack-name"))
        .ifPresent(stack ->
            notes.add(
                "the service belongs to the CloudFormation stack "
                    + stack
                    + ": its next deployment restores the original image, unless its template uses"
                    + " the mirrored image"));
    notes.addAll(rewrite.omittedCredentialsNotes());
    return new UpdateService(
        task, service, current, mirroredImages, rewrite.containerImages(), notes);
  }

  private static Map<String, String> tags(Service service) {
    return service.tags().stream().collect(toMap(Tag::key, Tag::value));
  }
}
