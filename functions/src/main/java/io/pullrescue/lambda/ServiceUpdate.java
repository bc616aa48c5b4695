package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.failure.Container;
import io.pullrescue.failure.Task;
import io.pullrescue.failure.Tasks;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.replication.Mirror;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.TaskPlan;
import io.pullrescue.retry.TaskPlanner;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** An image that a task waited for is there: its service starts from the copies of all of them. */
final class ServiceUpdate {
  private final Mirror mirror;
  private final Tasks tasks;
  private final Services services;
  private final AwaitedCopies copies;
  private final TaskPlanner planner;
  private final Announcer announcer;

  ServiceUpdate(
      Mirror mirror,
      Tasks tasks,
      Services services,
      AwaitedCopies copies,
      TaskPlanner planner,
      Announcer announcer) {
    this.mirror = mirror;
    this.tasks = tasks;
    this.services = services;
    this.copies = copies;
    this.planner = planner;
    this.announcer = announcer;
  }

  Outcome work(TaskFailed failed, ImageReplicated event) {
    var task = tasks.find(failed.cluster(), failed.task());
    if (task.isEmpty()) {
      return new Done("ignored: ECS knows no task " + failed.task() + " by now");
    }
    var name = task.get().service();
    if (name.isEmpty()) {
      return new Done("ignored: " + failed.task() + " stands alone, and such tasks are reported");
    }
    return services
        .service(task.get().cluster(), name.get())
        .map(service -> update(task.get(), service, event))
        .orElseGet(() -> new Done("ignored: ECS knows no service " + name.get() + " by now"));
  }

  private Outcome update(Task task, Service service, ImageReplicated event) {
    if (!mirror.keeps(event.image(), event.copy())) {
      return new Done("ignored: " + event.copy() + " is no place where the mirror keeps that");
    }
    var awaited = copies.of(event, images(task, event), null);
    if (!awaited.missing().isEmpty()) {
      return new Done(task.arn() + " still waits for " + awaited.missing().getFirst().familiar());
    }
    var current =
        services.definition(Objects.requireNonNullElse(service.definition(), task.definition()));
    var plan = planner.plan(task, service, current, awaited.copies());
    return switch (plan) {
      case TaskPlan.Nothing it -> new Done(task.arn() + ": " + it.why());
      case TaskPlan.Leave it -> announce(new RetryRefused(task.origin(), it.why()));
      case TaskPlan.UpdateService it -> announce(Retried.of(it, services.update(it)));
    };
  }

  /** Each container that could not pull has had its own diagnosis, and its own request. */
  private List<ImageReference> images(Task task, ImageReplicated event) {
    var ofTheTask =
        task.containers().stream()
            .filter(Container::failedToPull)
            .map(container -> Optional.ofNullable(container.image()))
            .flatMap(image -> image.flatMap(ImageReference::parse).stream())
            .filter(image -> mirror.copyOf(image).isPresent());
    return Stream.concat(event.images().stream(), ofTheTask).distinct().toList();
  }

  private Outcome announce(Announcement announcement) {
    announcer.announce(announcement);
    return new Done(announcement.origin().id() + ": " + Sentence.of(announcement));
  }
}
