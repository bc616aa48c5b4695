package io.pullrescue.lambda;

import io.pullrescue.report.Announcer;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.Services;
import io.pullrescue.retry.TaskDefinition;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
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
final class Cluster implements Services {
  private static final String HERE = "arn:aws:ecs:us-east-1:123456789012:";

  final List<UpdateService> updates = new ArrayList<>();
  final Map<String, String> tags = new HashMap<>();
  private final Map<String, TaskDefinition> definitions = new HashMap<>();
  private @Nullable String runs;
  String controller = "ECS";

  Cluster() {
    runs =
        register(
            41,
            new ContainerDefinition("web", "ruby:2.7", false),
            new ContainerDefinition(
                "telemetry", "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", false));
  }

  /** What a worker of builds is given. */
  ServiceUpdate withoutTasks(AwaitedCopies copies, Announcer announcer) {
    var planner = new TaskPlanner(Rescued.MIRROR, WorkloadChanges.ALL);
    return new ServiceUpdate(
        Rescued.MIRROR, (name, task) -> Optional.empty(), this, copies, planner, announcer);
  }

  String register(int revision, ContainerDefinition... containers) {
    var arn = HERE + "task-definition/shop-web:" + revision;
    definitions.put(arn, new TaskDefinition(arn, Workloads.ROLE, List.of(containers)));
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
