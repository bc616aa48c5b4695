package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** Tasks that stand alone, as Amazon ECS describes them, and their starts (RunTask). */
public final class StandaloneTaskClient implements StandaloneTaskClientPort {
  private final EcsClient ecs;
  private final TaskDefinitionClient definitions;

  /** Asks this client. */
  public StandaloneTaskClient(EcsClient ecs) {
    this.ecs = ecs;
    this.definitions = new TaskDefinitionClient(ecs);
  }

  @Override
  public Optional<StandaloneTask> find(Task task) {
    return describe(task)
        .map(candidate ->
            new StandaloneTask(
                task,
                candidate.tags().stream().collect(toMap(Tag::key, Tag::value)),
                candidate.attachments().stream().map(Attachment::type).collect(toSet()),
                candidate.createdAt()));
  }

  @Override
  public StartResult run(RunTask plan, @Nullable TaskNetwork network) {
    var original = plan.original().task();
    var runningTasks =
        ecs.listTasks(request -> request.cluster(original.cluster()).startedBy(plan.startedBy()))
            .taskArns();
    return runningTasks.isEmpty()
        ? start(plan, network)
        : new StartResult.AlreadyRunning(runningTasks.getFirst());
  }

  private StartResult start(RunTask plan, @Nullable TaskNetwork network) {
    var original = plan.original().task();
    var described = describe(original);
    if (described.isEmpty()) {
      return new StartResult.NotPlaced("ECS has forgotten how " + original.arn() + " was started");
    }
    var definition =
        plan.containerImages().isEmpty()
            ? original.definition()
            : definitions.findOrRegisterRevision(original.definition(), plan.containerImages());
    var runTask = new RunTaskRequests(described.get(), definition);
    return toStartResult(
        ecs.runTask(runTask.request(plan.startedBy(), plan.clientToken(), network)), definition);
  }

  /** Where the same token came before, ECS answers with the task that it started then. */
  private static StartResult toStartResult(RunTaskResponse response, String definition) {
    return response.tasks().stream()
        .findFirst()
        .<StartResult>map(task ->
            new StartResult.Started(
                task.taskArn(), definition.substring(definition.lastIndexOf('/') + 1)))
        .orElseGet(
            () -> new StartResult.NotPlaced("ECS could not place it: " + failureReasons(response)));
  }

  private static String failureReasons(RunTaskResponse response) {
    return response.failures().stream().map(Failure::reason).distinct().collect(joining(", "));
  }

  private Optional<software.amazon.awssdk.services.ecs.model.Task> describe(Task task) {
    return ecs
        .describeTasks(
            request -> request.cluster(task.cluster()).tasks(task.arn()).include(TaskField.TAGS))
        .tasks()
        .stream()
        .findFirst();
  }
}
