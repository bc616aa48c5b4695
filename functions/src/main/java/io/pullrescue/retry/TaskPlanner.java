package io.pullrescue.retry;

import io.pullrescue.failure.Task;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskPlan.Leave;
import io.pullrescue.retry.TaskPlan.Nothing;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how the service of a task that could not pull comes to start from the copy. Pure. */
public final class TaskPlanner {
  private final Mirror mirror;
  private final WorkloadChanges changes;

  /** Plans with the copies of this mirror, for the services that may be changed. */
  public TaskPlanner(Mirror mirror, WorkloadChanges changes) {
    this.mirror = mirror;
    this.changes = changes;
  }

  /**
   * The plan for the service of this task, now that these copies are in the mirror.
   *
   * @param current what the service is to run by now
   */
  public TaskPlan plan(Task task, Service service, TaskDefinition current, List<Copy> copies) {
    return unasked(service)
        .or(() -> settled(service, current, copies))
        .<TaskPlan>map(Nothing::new)
        .or(() -> objection(task, service, current, copies).map(Leave::new))
        .orElseGet(() -> update(task, service, current, copies));
  }

  private Optional<String> unasked(Service service) {
    return changes.unasked("service " + service.name(), service.tags(), Map.of());
  }

  private Optional<String> settled(Service service, TaskDefinition current, List<Copy> copies) {
    var images = current.images();
    if (copies.stream().map(Copy::copy).allMatch(images::contains)) {
      return Optional.of(
          "service %s starts from the copy already, as %s"
              .formatted(service.name(), current.name()));
    }
    return copies.stream()
            .map(Copy::image)
            .map(mirror::placeOf)
            .allMatch(it -> it.filter(images::contains).isPresent())
        ? Optional.of(
            "%s names the mirror, and service %s finds the copy there by itself"
                .formatted(current.name(), service.name()))
        : Optional.empty();
  }

  /** The first thing that stands against an update; empty where nothing does. */
  private Optional<String> objection(
      Task task, Service service, TaskDefinition current, List<Copy> copies) {
    return notOurs(task, service, current, copies.getLast())
        .or(() ->
            current.with(mirror, copies).objection(task.launchType(), current.executionRole()));
  }

  private Optional<String> notOurs(Task task, Service service, TaskDefinition current, Copy copy) {
    if (!service.status().equals("ACTIVE")) {
      return Optional.of("its service is " + service.status() + ", not ACTIVE");
    }
    if (!service.controller().equals("ECS")) {
      return Optional.of(deployer(service) + "; deploy a revision there that names " + copy.copy());
    }
    return current.arn().equals(task.definition())
        ? Optional.empty()
        : Optional.of("its service has moved on to " + current.name());
  }

  private static String deployer(Service service) {
    return switch (service.controller()) {
      case "CODE_DEPLOY" -> "AWS CodeDeploy deploys its service (controller CODE_DEPLOY)";
      case "EXTERNAL" -> "a deployer of your own has its service (controller EXTERNAL)";
      default -> "its service has the deployment controller " + service.controller();
    };
  }

  private UpdateService update(
      Task task, Service service, TaskDefinition current, List<Copy> copies) {
    var images = current.with(mirror, copies).images();
    return new UpdateService(
        task, service, current, copies, images, new TaskRemarks(service, current).about(copies));
  }
}
