package io.pullrescue.aws;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.pullrescue.failure.Task;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.StandaloneTasks;
import io.pullrescue.retry.TaskNetwork;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** Tasks that stand alone, as Amazon ECS describes them, and their starts (RunTask). */
public final class EcsStandaloneTasks implements StandaloneTasks {
  private final EcsClient ecs;
  private final EcsTaskDefinitions definitions;

  /** Asks this client. */
  public EcsStandaloneTasks(EcsClient ecs) {
    this.ecs = ecs;
    this.definitions = new EcsTaskDefinitions(ecs);
  }

  @Override
  public Optional<StandaloneTask> standalone(Task task) {
    return describe(task)
        .map(it ->
            new StandaloneTask(
                task,
                it.tags().stream().collect(toMap(Tag::key, Tag::value)),
                it.attachments().stream().map(Attachment::type).collect(toSet()),
                it.createdAt()));
  }

  @Override
  public Start run(RunTask plan, @Nullable TaskNetwork network) {
    var original = plan.original().task();
    var running =
        ecs.listTasks(request -> request.cluster(original.cluster()).startedBy(plan.startedBy()))
            .taskArns();
    return running.isEmpty() ? start(plan, network) : new Start.Running(running.getFirst());
  }

  private Start start(RunTask plan, @Nullable TaskNetwork network) {
    var original = plan.original().task();
    var described = describe(original);
    if (described.isEmpty()) {
      return new Start.NotPlaced("ECS has forgotten how " + original.arn() + " was started");
    }
    var definition =
        plan.images().isEmpty()
            ? original.definition()
            : definitions.revision(original.definition(), plan.images());
    var again = new TaskRun(described.get(), definition);
    return answer(ecs.runTask(again.request(plan.startedBy(), plan.token(), network)), definition);
  }

  /** Where the same token came before, ECS answers with the task that it started then. */
  private static Start answer(RunTaskResponse response, String definition) {
    return response.tasks().stream()
        .findFirst()
        .<Start>map(task ->
            new Start.Started(
                task.taskArn(), definition.substring(definition.lastIndexOf('/') + 1)))
        .orElseGet(() -> new Start.NotPlaced("ECS could not place it: " + reasons(response)));
  }

  private static String reasons(RunTaskResponse response) {
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
