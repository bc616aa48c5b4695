package io.pullrescue.simulation.aws;

import io.pullrescue.aws.SdkFieldCopier;
import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.PlantedBug;
import io.pullrescue.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/**
 * Amazon ECS: tasks pull their images, services start new tasks until one runs, and a stopped task
 * is described for an hour.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html">
 *     Amazon ECS stopped task error messages</a>
 */
public final class SimulatedEcs implements EcsClient {
  private static final String ARN = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String CLUSTER = ARN + "cluster/shop";

  /** A role that may be passed. */
  private static final String ROLE = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole";

  private static final String OTHER_ROLE = "arn:aws:iam::123456789012:role/administrator";
  private static final Duration PULL_TIME = Duration.ofSeconds(30);
  private static final Duration RUN_TIME = Duration.ofMinutes(5);

  /** ECS throttles services whose tasks do not start. */
  private static final List<Duration> RESTART_DELAYS =
      List.of(Duration.ofSeconds(20), Duration.ofMinutes(3), Duration.ofMinutes(15));

  private static final long STOPPED_TASK_RETENTION = Duration.ofHours(1).toMillis();

  private final World world;
  private final SimulatedEcr ecr;
  private final Upstream upstream;
  private final SimulatedEvents events;
  private final Map<String, TreeMap<Integer, TaskDefinition>> families = new HashMap<>();
  private final Map<String, Workload> workloads = new HashMap<>();
  private final Map<String, RunningTask> tasks = new LinkedHashMap<>();
  private final Map<String, ServiceState> services = new LinkedHashMap<>();
  private final Map<String, String> clientTokens = new HashMap<>();

  private static final class RunningTask {
    final Workload workload;
    final long created;
    Task task;
    long changed;
    @Nullable RunTaskRequest request;

    RunningTask(Workload workload, Task task, long created) {
      this.workload = workload;
      this.task = task;
      this.created = created;
      this.changed = created;
    }
  }

  private static final class ServiceState {
    String definition;
    int failures;
    int deployment;

    ServiceState(String definition) {
      this.definition = definition;
    }
  }

  /** Creates the service with an empty cluster. */
  public SimulatedEcs(World world, SimulatedEcr ecr, Upstream upstream, SimulatedEvents events) {
    this.world = world;
    this.ecr = ecr;
    this.upstream = upstream;
    this.events = events;
  }

  /** Creates the family of a workload. */
  public void createFamily(Workload workload) {
    workloads.put(workload.name(), workload);
    register(workload, workload.images(), 1);
  }

  private void register(Workload workload, List<ImageReference> images, int revision) {
    var containers = new ArrayList<ContainerDefinition>();
    for (var image : images) {
      containers.add(
          ContainerDefinition.builder()
              .name("c" + containers.size())
              .image(image.familiarString())
              .build());
    }
    put(
        TaskDefinition.builder()
            .taskDefinitionArn(arn(workload.name(), revision))
            .family(workload.name())
            .revision(revision)
            .status(TaskDefinitionStatus.ACTIVE)
            .networkMode(workload.ownNetwork() ? NetworkMode.AWSVPC : NetworkMode.BRIDGE)
            .executionRoleArn(workload.otherRole() ? OTHER_ROLE : ROLE)
            .containerDefinitions(containers)
            .build());
  }

  private static String arn(String family, int revision) {
    return ARN + "task-definition/" + family + ":" + revision;
  }

  private void put(TaskDefinition definition) {
    families
        .computeIfAbsent(definition.family(), _ -> new TreeMap<>())
        .put(definition.revision(), definition);
  }

  private NavigableMap<Integer, TaskDefinition> family(String name) {
    return Objects.requireNonNull(families.get(name), name);
  }

  /** Creates the service of a family and starts its first task. */
  public void createService(String name) {
    services.put(name, new ServiceState(family(name).firstEntry().getValue().taskDefinitionArn()));
    startServiceTask(name);
  }

  /** Updates a service to a new revision as a person does. */
  public void deploy(String name) {
    var revision = family(name).lastKey() + 1;
    var workload = Objects.requireNonNull(workloads.get(name));
    register(workload, List.of(ImageReference.of("nginx:" + revision)), revision);
    var service = services.get(name);
    if (service != null) {
      update(name, service, arn(name, revision));
    }
  }

  private void update(String name, ServiceState service, String definition) {
    service.definition = definition;
    service.failures = 0;
    service.deployment++;
    world.after(Duration.ofSeconds(10), () -> startServiceTask(name));
  }

  private void startServiceTask(String name) {
    var service = Objects.requireNonNull(services.get(name));
    start(
        Objects.requireNonNull(workloads.get(name)),
        service.definition,
        "service:" + name,
        "ecs-svc/" + service.deployment,
        "aws",
        "");
  }

  /** Runs a task as a person does. */
  public void run(String family) {
    start(
        Objects.requireNonNull(workloads.get(family)),
        arn(family, family(family).lastKey()),
        "family:" + family,
        "someone",
        "person",
        "");
  }

  private RunningTask start(
      Workload workload,
      String definition,
      String group,
      String startedBy,
      String actor,
      String retryOf) {
    var number = Integer.toHexString(tasks.size() + 1);
    var arn = ARN + "task/shop/" + "0".repeat(32 - number.length()) + number;
    var task =
        Task.builder()
            .taskArn(arn)
            .clusterArn(CLUSTER)
            .taskDefinitionArn(definition)
            .group(group)
            .startedBy(startedBy)
            .launchType(workload.ownNetwork() ? LaunchType.FARGATE : LaunchType.EC2)
            .lastStatus("PENDING")
            .createdAt(world.instant())
            .tags(
                workload.optedOut()
                    ? List.of(Tag.builder().key("pull-rescue").value("off").build())
                    : List.of())
            .build();
    var running = new RunningTask(workload, task, world.now());
    tasks.put(arn, running);
    world.record(
        new Fact.Started(
            world.now(),
            arn,
            Fact.Kind.TASK,
            actor,
            workload.name(),
            definition,
            retryOf,
            mirrorReferences(find(definition)),
            String.valueOf(find(definition).executionRoleArn())));
    world.after(PULL_TIME, () -> pull(running));
    return running;
  }

  private static List<String> mirrorReferences(TaskDefinition definition) {
    return definition.containerDefinitions().stream()
        .map(ContainerDefinition::image)
        .filter(image -> image.contains(".dkr.ecr."))
        .toList();
  }

  private TaskDefinition find(String arnOrName) {
    var name = arnOrName.substring(arnOrName.lastIndexOf('/') + 1);
    var separator = name.lastIndexOf(':');
    var revisions = families.get(separator < 0 ? name : name.substring(0, separator));
    var definition =
        revisions == null
            ? null
            : separator < 0
                ? revisions.lastEntry().getValue()
                : revisions.get(Integer.parseInt(name.substring(separator + 1)));
    if (definition == null) {
      throw ClientException.builder().message("Unable to describe task definition.").build();
    }
    return definition;
  }

  private boolean canPull(String image) {
    var reference = ImageReference.parse(image).orElseThrow();
    return reference.registry().contains(".dkr.ecr.")
        ? ecr.holds(reference)
        : reference.repository().endsWith("/nginx") || upstream.serves(reference);
  }

  private void pull(RunningTask running) {
    var containers = new ArrayList<Container>();
    var failed = false;
    for (var definition : find(running.task.taskDefinitionArn()).containerDefinitions()) {
      var container = Container.builder().name(definition.name()).image(definition.image());
      if (!canPull(definition.image()) && !(running.workload.oneByOne() && failed)) {
        failed = true;
        container.reason(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to"
                + " resolve ref "
                + definition.image()
                + ": 429 Too Many Requests -"
                + " toomanyrequests: You have reached your unauthenticated pull rate limit.");
      }
      containers.add(container.build());
    }
    if (!failed) {
      world.after(RUN_TIME, () -> stop(running, containers, true, false));
      onStable(running);
    } else if (running.workload.ranCached()) {
      // The agent on EC2 starts the image that the host has, and still reports the reason.
      world.after(RUN_TIME, () -> stop(running, containers, true, true));
    } else {
      stop(running, containers, false, true);
    }
  }

  private void onStable(RunningTask running) {
    serviceOf(running)
        .ifPresent(name -> {
          var service = Objects.requireNonNull(services.get(name));
          service.failures = 0;
        });
  }

  private static Optional<String> serviceOf(RunningTask running) {
    var group = running.task.group();
    return group.startsWith("service:")
        ? Optional.of(group.substring("service:".length()))
        : Optional.empty();
  }

  private void stop(
      RunningTask running, List<Container> containers, boolean ran, boolean pullFailed) {
    var succeeded = ran && !running.workload.failsAnyway();
    var stopped =
        containers.stream()
            .map(container ->
                ran ? container.toBuilder().exitCode(succeeded ? 0 : 1).build() : container)
            .toList();
    running.task =
        running.task.toBuilder()
            .lastStatus("STOPPED")
            .stoppedAt(world.instant())
            .stopCode(
                ran ? TaskStopCode.ESSENTIAL_CONTAINER_EXITED : TaskStopCode.TASK_FAILED_TO_START)
            .stoppedReason(stoppedReason(running, containers, ran))
            .containers(stopped)
            .build();
    running.changed = world.now();
    world.record(
        new Fact.Ended(
            world.now(),
            running.task.taskArn(),
            Fact.Kind.TASK,
            running.workload.name(),
            succeeded,
            pullFailed,
            ran,
            running.workload.optedOut()));
    if (pullFailed) {
      events.failed(running.task.taskArn(), event(running));
      restartService(running, ran);
    }
  }

  private static String stoppedReason(
      RunningTask running, List<Container> containers, boolean ran) {
    if (ran) {
      return "Essential container in task exited";
    }
    return running.workload.ownNetwork()
        ? containers.stream().map(Container::reason).filter(Objects::nonNull).findFirst().orElse("")
        : "Task failed to start";
  }

  private void restartService(RunningTask running, boolean ran) {
    serviceOf(running)
        .filter(_ -> !ran)
        .ifPresent(name -> {
          var service = Objects.requireNonNull(services.get(name));
          if (service.failures < RESTART_DELAYS.size()
              && running.task.taskDefinitionArn().equals(service.definition)) {
            var deployment = service.deployment;
            world.after(
                RESTART_DELAYS.get(service.failures++),
                () -> {
                  if (service.deployment == deployment) {
                    startServiceTask(name);
                  }
                });
          }
        });
  }

  private String event(RunningTask running) {
    var containers =
        running.task.containers().stream()
            .map(container ->
                Map.of(
                    "name",
                    container.name(),
                    "reason",
                    container.reason() == null ? "" : container.reason()))
            .toList();
    return SimulatedEvents.event(
        "aws.ecs",
        "ECS Task State Change",
        Map.of(
            "taskArn",
            running.task.taskArn(),
            "clusterArn",
            CLUSTER,
            "lastStatus",
            "STOPPED",
            "stopCode",
            stopCode(running),
            "stoppedReason",
            running.task.stoppedReason(),
            "containers",
            containers));
  }

  private String stopCode(RunningTask running) {
    return world.has(PlantedBug.IGNORE_EXIT_CODE)
        ? TaskStopCode.TASK_FAILED_TO_START.toString()
        : running.task.stopCodeAsString();
  }

  /** Returns the request that started a task, once CloudTrail has delivered it. */
  Map<String, RunTaskRequest> deliveredRequests(Duration delay) {
    var delivered = new LinkedHashMap<String, RunTaskRequest>();
    tasks.forEach((arn, running) -> {
      if (running.created + delay.toMillis() <= world.now()) {
        delivered.put(
            arn, Objects.requireNonNullElse(running.request, RunTaskRequest.builder().build()));
      }
    });
    return delivered;
  }

  @Override
  public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
    return DescribeTasksResponse.builder()
        .tasks(
            request.tasks().stream()
                .map(tasks::get)
                .filter(Objects::nonNull)
                .filter(this::isDescribed)
                .map(running ->
                    world.lists(running.changed)
                        ? running.task
                        : running.task.toBuilder().lastStatus("PENDING").build())
                .toList())
        .build();
  }

  private boolean isDescribed(RunningTask running) {
    var stopped = running.task.stoppedAt();
    return stopped == null || running.changed + STOPPED_TASK_RETENTION > world.now();
  }

  @Override
  public DescribeTaskDefinitionResponse describeTaskDefinition(
      DescribeTaskDefinitionRequest request) {
    return DescribeTaskDefinitionResponse.builder()
        .taskDefinition(find(request.taskDefinition()))
        .tags(Tag.builder().key("pull-rescue").value("on").build()) // Nothing else starts tasks.
        .build();
  }

  @Override
  public RegisterTaskDefinitionResponse registerTaskDefinition(
      RegisterTaskDefinitionRequest request) {
    var revision = family(request.family()).lastKey() + 1;
    var builder = TaskDefinition.builder();
    SdkFieldCopier.copyFields(request, builder);
    var definition =
        builder
            .revision(revision)
            .status(TaskDefinitionStatus.ACTIVE)
            .taskDefinitionArn(arn(request.family(), revision))
            .build();
    put(definition);
    world.record(
        new Fact.Registered(
            world.now(),
            world.invocation().actor(),
            request.family() + ":" + revision,
            mirrorReferences(definition)));
    return RegisterTaskDefinitionResponse.builder().taskDefinition(definition).build();
  }

  /** Running tasks, or those that stopped within the last hour. */
  @Override
  public ListTasksResponse listTasks(ListTasksRequest request) {
    return ListTasksResponse.builder()
        .taskArns(
            tasks.values().stream()
                .filter(running ->
                    (running.task.stoppedAt() == null)
                        == (request.desiredStatus() != DesiredStatus.STOPPED))
                .filter(this::isDescribed)
                .filter(running -> world.lists(running.created))
                .filter(running -> request.startedBy().equals(running.task.startedBy()))
                .map(running -> running.task.taskArn())
                .toList())
        .build();
  }

  /**
   * The client token is valid as long as the task and one hour.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html">
   *     Ensuring idempotency</a>
   */
  @Override
  public RunTaskResponse runTask(RunTaskRequest request) {
    var token = request.clientToken();
    var known = token == null ? null : tasks.get(clientTokens.getOrDefault(token, ""));
    if (known != null && isDescribed(known)) {
      if (!request.equals(known.request)) {
        throw ConflictException.builder().resourceIds(known.task.taskArn()).build();
      }
      return RunTaskResponse.builder().tasks(known.task).build();
    }
    var family = find(request.taskDefinition()).family();
    var running =
        start(
            Objects.requireNonNull(workloads.get(family)),
            request.taskDefinition(),
            "family:" + family,
            request.startedBy(),
            world.invocation().actor(),
            world.invocation().subject());
    running.request = request;
    if (token != null) {
      clientTokens.put(token, running.task.taskArn());
    }
    return RunTaskResponse.builder().tasks(running.task).build();
  }

  @Override
  public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
    var name = request.services().getFirst();
    var service = services.get(name);
    if (service == null) {
      return DescribeServicesResponse.builder().services(List.of()).build();
    }
    var workload = Objects.requireNonNull(workloads.get(name));
    return DescribeServicesResponse.builder()
        .services(
            Service.builder()
                .serviceName(name)
                .serviceArn(ARN + "service/shop/" + name)
                .clusterArn(CLUSTER)
                .status("ACTIVE")
                .taskDefinition(service.definition)
                .tags(
                    workload.optedOut()
                        ? List.of(Tag.builder().key("pull-rescue").value("off").build())
                        : List.of())
                .build())
        .build();
  }

  @Override
  public UpdateServiceResponse updateService(UpdateServiceRequest request) {
    var name = request.service().substring(request.service().lastIndexOf('/') + 1);
    var service = Objects.requireNonNull(services.get(name));
    world.record(
        new Fact.Started(
            world.now(),
            name + " " + request.taskDefinition(),
            Fact.Kind.SERVICE,
            world.invocation().actor(),
            name,
            service.definition,
            world.invocation().subject(),
            mirrorReferences(find(request.taskDefinition())),
            String.valueOf(find(request.taskDefinition()).executionRoleArn())));
    update(name, service, request.taskDefinition());
    return UpdateServiceResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
