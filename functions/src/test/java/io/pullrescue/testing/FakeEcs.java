package io.pullrescue.testing;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.lambda.WorkloadRetry;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.batch.BatchJobRetrier;
import io.pullrescue.workload.batch.ResubmitPlanner;
import io.pullrescue.workload.ecs.EcsService;
import io.pullrescue.workload.ecs.EcsTaskRetrier;
import io.pullrescue.workload.ecs.ServiceClientPort;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import io.pullrescue.workload.ecs.ServiceUpdatePlanner;
import io.pullrescue.workload.ecs.ServiceUpdater;
import io.pullrescue.workload.ecs.StandaloneTaskPlanner;
import io.pullrescue.workload.ecs.StandaloneTaskRunner;
import io.pullrescue.workload.ecs.TaskClientPort;
import io.pullrescue.workload.ecs.TaskDefinition;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import io.pullrescue.workload.ecs.TaskDefinitionClientPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cluster of the sample events in memory: what was changed is found again, as it is there. */
public final class FakeEcs implements ServiceClientPort, TaskDefinitionClientPort {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";

  public final List<UpdateService> updates = new ArrayList<>();
  public final Map<String, String> tags = new HashMap<>();
  private final Map<String, TaskDefinition> definitions = new HashMap<>();
  private @Nullable String currentDefinition;
  private @Nullable String latestDefinition;
  public final FakeRunTask runTask = new FakeRunTask();
  public String networkMode = "awsvpc";
  public String deploymentController = "ECS";

  public FakeEcs() {
    currentDefinition =
        register(
            41,
            new ContainerDefinition("web", "ruby:2.7", false),
            new ContainerDefinition(
                "telemetry", "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", false));
  }

  /** What has the tasks of this cluster start again. */
  public EcsTaskRetrier taskRetrier(
      TaskClientPort taskClient,
      MirroredImageLookup imageLookup,
      WorkloadRetryMode retryMode,
      EventPublisher publisher) {
    return new EcsTaskRetrier(
        taskClient,
        new ContainerImageLookup(TestFixtures.MIRROR, imageLookup),
        new ServiceUpdater(
            this, this, new ServiceUpdatePlanner(TestFixtures.MIRROR, retryMode), publisher),
        new StandaloneTaskRunner(
            runTask,
            this,
            runTask,
            new StandaloneTaskPlanner(TestFixtures.MIRROR, retryMode),
            publisher));
  }

  /** What a worker of builds is given. */
  public WorkloadRetry workloadRetryWithoutWorkloads(
      MirroredImageLookup imageLookup, EventPublisher publisher) {
    return new WorkloadRetry(
        () ->
            taskRetrier(
                (name, task) -> Optional.empty(), imageLookup, WorkloadRetryMode.ALL, publisher),
        () ->
            new BatchJobRetrier(
                id -> Optional.empty(),
                new ContainerImageLookup(TestFixtures.MIRROR, imageLookup),
                new FakeBatch(),
                new ResubmitPlanner(TestFixtures.MIRROR, WorkloadRetryMode.ALL),
                publisher));
  }

  public String register(int revision, ContainerDefinition... containers) {
    var arn = ARN_PREFIX + "task-definition/shop-web:" + revision;
    definitions.put(
        arn,
        new TaskDefinition(arn, SampleWorkloads.ROLE, networkMode, List.of(containers), Map.of()));
    latestDefinition = arn;
    return arn;
  }

  public void setCurrentDefinition(@Nullable String definition) {
    currentDefinition = definition;
  }

  @Override
  public Optional<EcsService> find(String cluster, String name) {
    return Optional.of(name)
        .filter("web"::equals)
        .map(value ->
            new EcsService(
                ARN_PREFIX + "service/shop/web",
                value,
                cluster,
                "ACTIVE",
                deploymentController,
                currentDefinition,
                tags));
  }

  @Override
  public TaskDefinition get(String arn) {
    return Objects.requireNonNull(definitions.get(arn), arn);
  }

  @Override
  public Optional<TaskDefinition> findNewestRevision(TaskDefinition definition) {
    return Optional.ofNullable(latestDefinition).map(this::get);
  }

  /** Nothing of the family is left. */
  public void deregister() {
    latestDefinition = null;
  }

  @Override
  public String update(UpdateService plan) {
    updates.add(plan);
    var containers =
        plan.definition().containers().stream()
            .map(containerDefinition ->
                Optional.ofNullable(plan.containerImages().get(containerDefinition.name()))
                    .map(mirrorReference ->
                        new ContainerDefinition(
                            containerDefinition.name(), mirrorReference.toString(), false))
                    .orElse(containerDefinition))
            .toArray(ContainerDefinition[]::new);
    currentDefinition = register(41 + updates.size(), containers);
    return "shop-web:" + (41 + updates.size());
  }
}
