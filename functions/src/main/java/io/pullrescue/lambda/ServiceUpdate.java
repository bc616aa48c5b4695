package io.pullrescue.lambda;

import io.pullrescue.failure.Task;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.TaskDefinitions;
import io.pullrescue.retry.TaskPlan;
import io.pullrescue.retry.TaskPlanner;
import java.util.List;
import java.util.Objects;

/** The service of a task starts from the copies of all images that the task waited for. */
final class ServiceUpdate {
  private final Services services;
  private final TaskDefinitions definitions;
  private final TaskPlanner planner;
  private final Announcer announcer;

  ServiceUpdate(
      Services services, TaskDefinitions definitions, TaskPlanner planner, Announcer announcer) {
    this.services = services;
    this.definitions = definitions;
    this.planner = planner;
    this.announcer = announcer;
  }

  Outcome update(Task task, String name, List<Copy> copies) {
    return services
        .service(task.cluster(), name)
        .map(service -> update(task, service, copies))
        .orElseGet(() -> new Done("ignored: ECS knows no service " + name + " by now"));
  }

  private Outcome update(Task task, Service service, List<Copy> copies) {
    var current =
        definitions.definition(Objects.requireNonNullElse(service.definition(), task.definition()));
    var plan = planner.plan(task, service, current, copies);
    return switch (plan) {
      case TaskPlan.Nothing it -> new Done(task.arn() + ": " + it.why());
      case TaskPlan.Leave it -> Done.telling(announcer, new RetryRefused(task.origin(), it.why()));
      case TaskPlan.UpdateService it ->
          Done.telling(announcer, Retried.of(it, services.update(it)));
    };
  }
}
