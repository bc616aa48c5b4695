package io.pullrescue.testing;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.ecs.EcsWorkload;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/**
 * Fakes Amazon ECS with one task, the service {@code web} and the family {@code shop-web}. Changes
 * are visible to later calls.
 */
public final class FakeEcs implements EcsClient {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String FAMILY_ARN = ARN_PREFIX + "task-definition/shop-web:";

  /** The operations in the order of their calls. */
  public final List<String> calls = new ArrayList<>();

  public final List<UpdateServiceRequest> updates = new ArrayList<>();
  public final List<RunTaskRequest> startedTasks = new ArrayList<>();
  public final FakeCloudTrail cloudTrail = new FakeCloudTrail();
  public final Map<String, String> serviceTags = new HashMap<>();
  public final Map<String, String> taskTags = new HashMap<>();
  public final Map<String, String> definitionTags = new HashMap<>();
  public String networkMode = "awsvpc";
  public String deploymentController = "ECS";
  @Nullable public String placementFailure;

  /** The error of the next call that changes something. */
  @Nullable public EcsException error;

  /** The status of the tasks that were started here. */
  public DesiredStatus retryStatus = DesiredStatus.RUNNING;

  /** Shortly after the tasks of the samples have stopped. */
  public InstantSource clock = InstantSource.fixed(Instant.parse("2026-06-15T10:35:00Z"));

  private final TreeMap<Integer, TaskDefinition> definitions = new TreeMap<>();
  private boolean deregistered;
  private @Nullable Task task;
  private @Nullable String currentDefinition;

  /** Creates a cluster with the task of this event; null for a cluster without tasks. */
  public FakeEcs(@Nullable Task task) {
    this.task = task;
    Map<String, String> images = new LinkedHashMap<>();
    images.put("web", "ruby:2.7");
    images.put("telemetry", "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0");
    // Containers that AWS adds have no image.
    Stream.ofNullable(task)
        .flatMap(sample -> sample.containers().stream())
        .filter(container -> container.image() != null)
        .forEach(container -> images.putIfAbsent(container.name(), container.image()));
    currentDefinition =
        register(
            41,
            images.entrySet().stream()
                .map(image -> container(image.getKey(), image.getValue()))
                .toArray(ContainerDefinition[]::new));
  }

  /** Creates the workload that loads and retries the tasks of this cluster. */
  public EcsWorkload workload(
      RequiredImageLookup imageLookup, WorkloadRetryMode retryMode, EventPublisher publisher) {
    return new EcsWorkload(
        this,
        () -> cloudTrail,
        imageLookup,
        TestFixtures.MIRROR,
        retryMode,
        new PassableRoles(List.of("*")),
        publisher,
        clock);
  }

  public static ContainerDefinition container(String name, String image) {
    return ContainerDefinition.builder().name(name).image(image).build();
  }

  public void setTask(@Nullable Task task) {
    this.task = task;
  }

  /** Replaces the containers of the task, and those of its task definition. */
  public void setContainers(Task original, List<ContainerStatus> containers) {
    task = SampleWorkloads.withContainers(original, containers);
    register(
        41,
        containers.stream().map(FakeEcs::containerDefinition).toArray(ContainerDefinition[]::new));
  }

  private static ContainerDefinition containerDefinition(ContainerStatus status) {
    var definition = container(status.name(), String.valueOf(status.image()));
    return status.pullSecret() == null
        ? definition
        : definition.toBuilder()
            .repositoryCredentials(
                RepositoryCredentials.builder().credentialsParameter(status.pullSecret()).build())
            .build();
  }

  /** Registers a revision of the family, and returns its ARN. */
  public String register(int revision, ContainerDefinition... containers) {
    return register(
        RegisterTaskDefinitionRequest.builder()
            .family("shop-web")
            .networkMode(networkMode)
            .executionRoleArn(SampleWorkloads.ROLE)
            .containerDefinitions(containers)
            .build(),
        revision);
  }

  private String register(RegisterTaskDefinitionRequest request, int revision) {
    definitions.put(
        revision,
        TaskDefinition.builder()
            .taskDefinitionArn(FAMILY_ARN + revision)
            .family(request.family())
            .revision(revision)
            .status("ACTIVE")
            .networkMode(request.networkMode())
            .executionRoleArn(request.executionRoleArn())
            .containerDefinitions(request.containerDefinitions())
            .build());
    return FAMILY_ARN + revision;
  }

  /** Sets the task definition that the service has. */
  public void setCurrentDefinition(@Nullable String definition) {
    currentDefinition = definition;
  }

  /** Deletes a revision: it cannot be described any more. */
  public void deleteRevision(int revision) {
    definitions.remove(revision);
  }

  /** Deregisters all revisions of the family: they can be described, but are not active. */
  public void deregister() {
    deregistered = true;
  }

  /** Returns the names of the containers of this revision that use the mirror. */
  public List<String> mirroredContainers(String definitionArn) {
    return describe(definitionArn).containerDefinitions().stream()
        .filter(container -> container.image().startsWith(TestFixtures.MIRROR.registry()))
        .map(ContainerDefinition::name)
        .toList();
  }

  @Override
  public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
    calls.add("DescribeTasks");
    var found =
        Optional.ofNullable(task)
            .filter(candidate -> request.tasks().contains(candidate.taskArn()))
            .map(candidate -> candidate.toBuilder().tags(tags(taskTags)).build());
    return DescribeTasksResponse.builder().tasks(found.stream().toList()).build();
  }

  @Override
  public DescribeTaskDefinitionResponse describeTaskDefinition(
      DescribeTaskDefinitionRequest request) {
    calls.add("DescribeTaskDefinition");
    return DescribeTaskDefinitionResponse.builder()
        .taskDefinition(describe(request.taskDefinition()))
        .tags(tags(definitionTags))
        .build();
  }

  private TaskDefinition describe(String definition) {
    var revision = definition.substring(definition.lastIndexOf(':') + 1);
    if (definition.equals("shop-web") && !deregistered) {
      return definitions.lastEntry().getValue();
    }
    return Optional.of(revision)
        .filter(number -> number.matches("[0-9]+"))
        .map(number -> definitions.get(Integer.valueOf(number)))
        .orElseThrow(
            () -> ClientException.builder().message("Unable to describe task definition.").build());
  }

  @Override
  public RegisterTaskDefinitionResponse registerTaskDefinition(
      RegisterTaskDefinitionRequest request) {
    calls.add("RegisterTaskDefinition");
    failOnce();
    var arn = register(request, definitions.lastKey() + 1);
    return RegisterTaskDefinitionResponse.builder().taskDefinition(describe(arn)).build();
  }

  @Override
  public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
    calls.add("DescribeServices");
    var service =
        Service.builder()
            .serviceArn(ARN_PREFIX + "service/shop/web")
            .serviceName("web")
            .clusterArn(request.cluster())
            .status("ACTIVE")
            .deploymentController(controller -> controller.type(deploymentController))
            .taskDefinition(currentDefinition)
            .tags(tags(serviceTags))
            .build();
    return DescribeServicesResponse.builder()
        .services(request.services().contains("web") ? List.of(service) : List.of())
        .build();
  }

  @Override
  public UpdateServiceResponse updateService(UpdateServiceRequest request) {
    calls.add("UpdateService");
    failOnce();
    updates.add(request);
    currentDefinition = request.taskDefinition();
    return UpdateServiceResponse.builder().build();
  }

  @Override
  public ListTasksResponse listTasks(ListTasksRequest request) {
    calls.add("ListTasks");
    var running =
        startedTasks.stream()
            .filter(started -> started.startedBy().equals(request.startedBy()))
            .filter(_ -> retryStatus == request.desiredStatus())
            .map(started -> "task/again")
            .toList();
    return ListTasksResponse.builder().taskArns(running).build();
  }

  @Override
  public RunTaskResponse runTask(RunTaskRequest request) {
    calls.add("RunTask");
    failOnce();
    if (placementFailure != null) {
      return RunTaskResponse.builder()
          .failures(Failure.builder().reason(placementFailure).build())
          .build();
    }
    startedTasks.add(request);
    return RunTaskResponse.builder().tasks(Task.builder().taskArn("task/again").build()).build();
  }

  private void failOnce() {
    var thrown = error;
    error = null;
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Returns an error as the SDK creates it from a response. */
  public static EcsException error(int status, String code, String message) {
    return (EcsException)
        EcsException.builder()
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("Ecs")
                    .errorCode(code)
                    .errorMessage(message)
                    .build())
            .build();
  }

  private static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
