package io.pullrescue.workload.batch;

import io.pullrescue.event.Trigger;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.StoppedContainers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.model.AttemptContainerDetail;
import software.amazon.awssdk.services.batch.model.AttemptTaskContainerDetails;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobStatus;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.PlatformCapability;
import software.amazon.awssdk.services.batch.model.RepositoryCredentials;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;

/**
 * Interprets a job as DescribeJobs returns it.
 *
 * @param unknownMembers what the SDK does not know of its containers, as JSON by path
 * @see <a href="https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html">
 *     JobDetail</a>
 */
record BatchJob(JobDetail detail, Map<String, String> unknownMembers) {
  /** The status reason of a job that did not run, unless it is the reason of the pull itself. */
  static final String FAILED_TO_START = "Task failed to start";

  /** The tag of a retried job with the id of the job that failed. */
  static final String ORIGIN_TAG = "pull-rescue-origin";

  /**
   * Step Functions adds it to the environment and the tags of a job that it waits for.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html">Run AWS
   *     Batch workloads with Step Functions</a>
   */
  private static final String MANAGED_BY_STEP_FUNCTIONS = "MANAGED_BY_AWS";

  BatchJob {
    unknownMembers = Map.copyOf(unknownMembers);
  }

  /** Returns a UUID, followed by {@code :index} for an array child or {@code #index} for a node. */
  String id() {
    return detail.jobId();
  }

  Map<String, String> tags() {
    return detail.tags();
  }

  Kind kind() {
    if (detail.arrayProperties() != null) {
      return Kind.ARRAY;
    }
    if (detail.nodeProperties() != null || detail.nodeDetails() != null) {
      return Kind.MULTI_NODE;
    }
    return detail.eksProperties() == null ? Kind.SINGLE : Kind.EKS;
  }

  /** Returns {@code EC2} or {@code FARGATE}. */
  String platform() {
    return detail.platformCapabilities().contains(PlatformCapability.FARGATE) ? "FARGATE" : "EC2";
  }

  /** Returns whether an execution of AWS Step Functions submitted the job and waits for it. */
  boolean managedByStepFunctions() {
    return tags().containsKey(MANAGED_BY_STEP_FUNCTIONS)
        || variableNames().anyMatch(MANAGED_BY_STEP_FUNCTIONS::equals);
  }

  /** Returns when the job ended; null if it did not run. */
  @Nullable Instant stoppedAt() {
    return detail.stoppedAt() == null ? null : Instant.ofEpochMilli(detail.stoppedAt());
  }

  boolean hadDependencies() {
    return !detail.dependsOn().isEmpty();
  }

  /** Returns the containers of the last attempt: one, or those of a task with several. */
  List<ContainerStatus> containers() {
    return Stream.concat(
            Stream.ofNullable(detail.container()).map(BatchJob::containerStatus),
            taskContainers().map(BatchJob::containerStatus))
        .toList();
  }

  /** Returns the ARN of the role that pulls; null for the role of the container instance. */
  @Nullable String executionRole() {
    return Stream.concat(
            Stream.ofNullable(detail.container()).map(ContainerDetail::executionRoleArn),
            tasks().map(EcsTaskDetails::executionRoleArn))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  Trigger trigger() {
    return new Trigger.Job(id(), detail.jobQueue(), detail.jobDefinition());
  }

  LoadResult toLoadResult() {
    if (detail.status() == JobStatus.FAILED) {
      var statusReason = orEmpty(detail.statusReason());
      return startFailed(statusReason)
          ? new StoppedContainers(trigger(), statusReason, containers(), executionRole())
              .toLoadResult()
          : new LoadResult.NoFailure(
              "job %s did not fail to start: its status reason is %s"
                  .formatted(id(), TextSanitizer.sanitize(statusReason)));
    }
    var reason = "job " + id() + " is " + detail.statusAsString() + ", not failed";
    return detail.status() == JobStatus.SUCCEEDED
        ? new LoadResult.NoFailure(reason)
        : new LoadResult.NotReady(null, reason);
  }

  /** Returns whether this is the status reason of a job whose task did not start. */
  static boolean startFailed(String statusReason) {
    return statusReason.startsWith(FAILED_TO_START) || StoppedContainers.isPullError(statusReason);
  }

  /** Returns whether a container of the job ran, in the last attempt or in one before it. */
  boolean ran() {
    var lastAttempt =
        Stream.concat(
            Stream.ofNullable(detail.container()).map(ContainerDetail::exitCode),
            taskContainers().map(TaskContainerDetails::exitCode));
    var singleContainers =
        detail.attempts().stream()
            .flatMap(attempt -> Stream.ofNullable(attempt.container()))
            .map(AttemptContainerDetail::exitCode);
    var severalContainers =
        detail.attempts().stream()
            .flatMap(attempt -> attempt.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .map(AttemptTaskContainerDetails::exitCode);
    return Stream.of(lastAttempt, singleContainers, severalContainers)
        .flatMap(exitCodes -> exitCodes)
        .anyMatch(Objects::nonNull);
  }

  /** A container that ran has an exit code, also if its image could not be pulled. */
  private static String reason(@Nullable Integer exitCode, @Nullable String reason) {
    return exitCode == null ? orEmpty(reason) : "";
  }

  private Stream<EcsTaskDetails> tasks() {
    return Stream.ofNullable(detail.ecsProperties())
        .flatMap(properties -> properties.taskProperties().stream());
  }

  private Stream<TaskContainerDetails> taskContainers() {
    return tasks().flatMap(task -> task.containers().stream());
  }

  private Stream<String> variableNames() {
    return Stream.concat(
            Stream.ofNullable(detail.container())
                .flatMap(container -> container.environment().stream()),
            taskContainers().flatMap(container -> container.environment().stream()))
        .map(KeyValuePair::name);
  }

  private static ContainerStatus containerStatus(ContainerDetail container) {
    return new ContainerStatus(
        JobDefinitionRevision.SINGLE_CONTAINER,
        container.image(),
        reason(container.exitCode(), container.reason()),
        pullSecret(container.repositoryCredentials()));
  }

  private static ContainerStatus containerStatus(TaskContainerDetails container) {
    return new ContainerStatus(
        orEmpty(container.name()),
        container.image(),
        reason(container.exitCode(), container.reason()),
        pullSecret(container.repositoryCredentials()));
  }

  private static @Nullable String pullSecret(@Nullable RepositoryCredentials credentials) {
    return credentials == null ? null : credentials.credentialsParameter();
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }

  /** Distinguishes jobs by what they consist of. */
  enum Kind {
    /** One task with one or several containers. */
    SINGLE,
    /** An array job, or one of its children. */
    ARRAY,
    /** A multi-node parallel job, or one of its nodes. */
    MULTI_NODE,
    /** Pods on Amazon EKS. */
    EKS
  }
}
