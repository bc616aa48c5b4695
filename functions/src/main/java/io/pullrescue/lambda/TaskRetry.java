package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.failure.Task;
import io.pullrescue.failure.Tasks;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;

/** An image that a task waited for is there: its service, or the task itself, starts from it. */
final class TaskRetry {
  private final Tasks tasks;
  private final ContainerCopies copies;
  private final ServiceUpdate services;
  private final StandaloneRun standalone;

  TaskRetry(Tasks tasks, ContainerCopies copies, ServiceUpdate services, StandaloneRun standalone) {
    this.tasks = tasks;
    this.copies = copies;
    this.services = services;
    this.standalone = standalone;
  }

  Outcome work(TaskFailed failed, ImageReplicated event, int attempt) {
    return tasks
        .find(failed.cluster(), failed.task())
        .map(task -> again(task, event, attempt))
        .orElseGet(() -> new Done("ignored: ECS knows no task " + failed.task() + " by now"));
  }

  private Outcome again(Task task, ImageReplicated event, int attempt) {
    return switch (copies.of(event, task.containers())) {
      case ContainerCopies.Forged it -> new Done("ignored: " + it.why());
      case ContainerCopies.Missing it -> new Done(task.arn() + " still waits for " + it.image());
      case ContainerCopies.All it ->
          task.service()
              .map(service -> services.update(task, service, it.copies()))
              .orElseGet(() -> standalone.run(task, it.copies(), attempt));
    };
  }
}
