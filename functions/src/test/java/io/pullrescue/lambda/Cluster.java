package io.pullrescue.lambda;

import io.pullrescue.failure.Tasks;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.JobPlanner;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.StandalonePlanner;
import io.pullrescue.retry.TaskDefinition;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import io.pullrescue.retry.TaskDefinitions;
import io.pullrescue.retry.TaskPlan.UpdateService;
import io.pullrescue.retry.TaskPlanner;
import io.pullrescue.retry.WorkloadChanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cluster of the sample events in memory: what was changed is found again, as it is there. */
final class Cluster implements Services, TaskDefinitions {
  private static final String HERE = "arn:aws:ecs:us-east-1:123456789012:";

  final List<UpdateService> updates = new ArrayList<>();
  final Map<String, String> tags = new HashMap<>();
  private final Map<String, TaskDefinition> definitions = new HashMap<>();
  private @Nullable String runs;
  private @Nullable String newest;
  final Starts starts = new Starts();
  String networkMode = "awsvpc";
  String controller = "ECS";

  Cluster() {
    runs =
        register(
            41,
            new ContainerDefinition("web", "ruby:2.7", false),
            new ContainerDefinition(
                "telemetry", "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", false));
  }

  /** What has the tasks of this cluster start again. */
  TaskRetry retry(Tasks tasks, AwaitedCopies copies, WorkloadChanges changes, Announcer announcer) {
    return new TaskRetry(
        tasks,
        new ContainerCopies(Rescued.MIRROR, copies),
        new ServiceUpdate(this, this, new TaskPlanner(Rescued.MIRROR, changes), announcer),
        new StandaloneRun(
            starts, this, starts, new StandalonePlanner(Rescued.MIRROR, changes), announcer));
  }

  /** What a worker of builds is given. */
  WorkloadRetry withoutTasks(AwaitedCopies copies, Announcer announcer) {
    return new WorkloadRetry(
        () -> retry((name, task) -> Optional.empty(), copies, WorkloadChanges.ALL, announcer),
        () ->
            new JobRetry(
                id -> Optional.empty(),
                new ContainerCopies(Rescued.MIRROR, copies),
                new Submissions(),
                new JobPlanner(Rescued.MIRROR, WorkloadChanges.ALL),
                announcer));
  }

  String register(int revision, ContainerDefinition... containers) {
    var arn = HERE + "task-definition/shop-web:" + revision;
    definitions.put(
        arn, new TaskDefinition(arn, Workloads.ROLE, networkMode, List.of(containers), Map.of()));
    newest = arn;
    return arn;
  }

  void runs(@Nullable String definition) {
    runs = definition;
  }

  @Override
  public Optional<Service> service(String cluster, String name) {
    return Optional.of(name)
        .filter("web"::equals)
        .map(it ->
            new Service(HERE + "service/shop/web", it, cluster, "ACTIVE", controller, runs, tags));
  }

  @Override
  public TaskDefinition definition(String arn) {
    return Objects.requireNonNull(definitions.get(arn), arn);
  }

  @Override
  public Optional<TaskDefinition> newest(TaskDefinition definition) {
    return Optional.ofNullable(newest).map(this::definition);
  }

  /** Nothing of the family is left. */
  void deregister() {
    newest = null;
  }

  @Override
  public String update(UpdateService plan) {
    updates.add(plan);
    var changed =
        plan.definition().containers().stream()
            .map(it ->
                Optional.ofNullable(plan.images().get(it.name()))
                    .map(copy -> new ContainerDefinition(it.name(), copy.toString(), false))
                    .orElse(it))
            .toArray(ContainerDefinition[]::new);
    runs = register(41 + updates.size(), changed);
    return "shop-web:" + (41 + updates.size());
  }
}
