package io.pullrescue.workload.ecs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.pullrescue.event.Trigger;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.StoppedContainers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.RepositoryCredentials;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * Holds a task with the task definition that it was started from.
 *
 * @param task as DescribeTasks returns it, with its tags
 * @param definition null if it has been deleted
 * @param unknownOverrides the paths of the overrides that the SDK does not know
 */
record EcsTask(
    Task task, @Nullable TaskDefinitionRevision definition, List<String> unknownOverrides) {
  /** The prefix of {@code startedBy} of retried tasks; IAM denies it to other callers. */
  static final String STARTED_BY_PREFIX = "pull-rescue/";

  private static final String SERVICE_GROUP_PREFIX = "service:";

  /**
   * The stop code of a task none of whose work was done. With any other one a failed pull is of a
   * container that is not essential, or the agent on EC2 ran the image that the host had: it keeps
   * the error of the pull as the reason of a container that ran.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html">ECS_IMAGE_PULL_BEHAVIOR</a>
   * @see <a
   *     href="https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/task_manager.go">handleEventError
   *     in task_manager.go</a>
   */
  static final String FAILED_TO_START = "TaskFailedToStart";

  EcsTask {
    unknownOverrides = List.copyOf(unknownOverrides);
  }

  String arn() {
    return task.taskArn();
  }

  /** Returns the last part of the ARN. */
  String id() {
    return arn().substring(arn().lastIndexOf('/') + 1);
  }

  /** Returns the name of the service that started the task; empty for a standalone task. */
  Optional<String> serviceName() {
    return Optional.of(group())
        .filter(group -> group.startsWith(SERVICE_GROUP_PREFIX))
        .map(group -> group.substring(SERVICE_GROUP_PREFIX.length()));
  }

  /** Returns {@code EC2}, {@code FARGATE} or {@code EXTERNAL}; empty without a launch type. */
  String launchType() {
    return orEmpty(task.launchTypeAsString());
  }

  /** Returns {@code ecs-svc/id} for a service, else what the caller of RunTask set. */
  String startedBy() {
    return orEmpty(task.startedBy());
  }

  Map<String, String> tags() {
    return task.tags().stream().collect(toMap(Tag::key, Tag::value));
  }

  Set<String> attachmentTypes() {
    return task.attachments().stream().map(Attachment::type).collect(toSet());
  }

  /** Returns the ARN of the role that pulls; null for the role of the container instance. */
  @Nullable String executionRole() {
    if (task.overrides() != null && task.overrides().executionRoleArn() != null) {
      return task.overrides().executionRoleArn();
    }
    return definition == null ? null : definition.executionRole();
  }

  /** Returns the roles that override those of the definition; null for each that does not. */
  Stream<@Nullable String> overridingRoles() {
    return Stream.ofNullable(task.overrides())
        .flatMap(overrides -> Stream.of(overrides.executionRoleArn(), overrides.taskRoleArn()));
  }

  List<ContainerStatus> containers() {
    return task.containers().stream()
        .filter(this::isOfDefinition)
        .map(this::containerStatus)
        .toList();
  }

  private ContainerStatus containerStatus(Container container) {
    var containerDefinition =
        Optional.ofNullable(definition)
            .flatMap(revision -> revision.containerDefinition(container.name()));
    return new ContainerStatus(
        container.name(),
        Optional.ofNullable(container.image())
            .or(() -> containerDefinition.map(ContainerDefinition::image))
            .orElse(null),
        container.exitCode() == null ? orEmpty(container.reason()) : "", // It ran all the same.
        containerDefinition
            .map(ContainerDefinition::repositoryCredentials)
            .map(RepositoryCredentials::credentialsParameter)
            .orElse(null));
  }

  Trigger trigger() {
    return new Trigger.Task(
        arn(), task.clusterArn(), task.taskDefinitionArn(), group(), launchType(), startedBy());
  }

  LoadResult toLoadResult() {
    var status = orEmpty(task.lastStatus());
    if (!status.equals("STOPPED")) {
      return new LoadResult.NotReady(null, "task " + arn() + " is " + status + ", not stopped");
    }
    if (!FAILED_TO_START.equals(task.stopCodeAsString())) {
      return new LoadResult.NoFailure(
          "task " + arn() + " ran: its stop code is " + task.stopCodeAsString());
    }
    return addedContainerReason()
        .<LoadResult>map(LoadResult.NoFailure::new)
        .orElseGet(() ->
            new StoppedContainers(
                    trigger(), orEmpty(task.stoppedReason()), containers(), executionRole())
                .toLoadResult());
  }

  /** On AWS Fargate, the reason of the task may be that of a container that AWS adds. */
  private Optional<String> addedContainerReason() {
    return task.containers().stream()
        .filter(container -> !isOfDefinition(container))
        .filter(container -> StoppedContainers.isPullError(orEmpty(container.reason())))
        .filter(container -> container.reason().equals(task.stoppedReason()))
        .filter(_ -> containers().stream().allMatch(container -> container.reason().isEmpty()))
        .findFirst()
        .map(container ->
            "task %s failed because of its container %s, which AWS adds"
                .formatted(arn(), container.name()));
  }

  /** Returns the containers of the definition that ran before the task stopped. */
  List<String> containersThatRan() {
    return task.containers().stream()
        .filter(this::isOfDefinition)
        .filter(this::ran)
        .map(Container::name)
        .toList();
  }

  /**
   * A container that ran has an exit code, also if the agent on EC2 could not pull its image and
   * took that of the host. There, a container has a runtime id once docker has created it; on AWS
   * Fargate, one that could not be pulled may have an id as well.
   */
  private boolean ran(Container container) {
    var mayHaveIdOnly =
        launchType().equals("FARGATE")
            && StoppedContainers.isPullError(orEmpty(container.reason()));
    return container.exitCode() != null || (container.runtimeId() != null && !mayHaveIdOnly);
  }

  /** AWS adds containers of its own, such as the agent of Amazon GuardDuty. */
  private boolean isOfDefinition(Container container) {
    return definition == null || definition.containerDefinition(container.name()).isPresent();
  }

  private String group() {
    return orEmpty(task.group());
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
