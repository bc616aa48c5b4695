package io.pullrescue.workload.batch;

import io.pullrescue.workload.ContainerStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.EcsTaskDetails;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.RepositoryCredentials;
import software.amazon.awssdk.services.batch.model.TaskContainerDetails;

/** Jobs, as AWS Batch describes them (DescribeJobs). */
public final class JobClient implements JobClientPort {
  private final BatchClient batch;

  /** Asks this client. */
  public JobClient(BatchClient batch) {
    this.batch = batch;
  }

  @Override
  public Optional<BatchJob> find(String id) {
    return batch.describeJobs(request -> request.jobs(id)).jobs().stream()
        .findFirst()
        .map(JobClient::toJob);
  }

  private static BatchJob toJob(JobDetail job) {
    return new BatchJob(
        job.jobId(),
        job.jobQueue(),
        job.jobDefinition(),
        job.statusAsString(),
        orEmpty(job.statusReason()),
        containers(job),
        executionRole(job));
  }

  /** A job has one container, or it is a task of several; both are those of the last attempt. */
  private static List<ContainerStatus> containers(JobDetail job) {
    var single = Optional.ofNullable(job.container()).stream().map(JobClient::toContainerStatus);
    var multiple =
        tasks(job).flatMap(task -> task.containers().stream()).map(JobClient::toContainerStatus);
    return Stream.concat(single, multiple).toList();
  }

  private static ContainerStatus toContainerStatus(ContainerDetail container) {
    return new ContainerStatus(
        "default",
        container.image(),
        orEmpty(container.reason()),
        credentialsSecret(container.repositoryCredentials()));
  }

  private static ContainerStatus toContainerStatus(TaskContainerDetails container) {
    return new ContainerStatus(
        orEmpty(container.name()),
        container.image(),
        orEmpty(container.reason()),
        credentialsSecret(container.repositoryCredentials()));
  }

  private static @Nullable String credentialsSecret(@Nullable RepositoryCredentials credentials) {
    return credentials == null ? null : credentials.credentialsParameter();
  }

  private static @Nullable String executionRole(JobDetail job) {
    return Stream.concat(
            Optional.ofNullable(job.container()).map(ContainerDetail::executionRoleArn).stream(),
            tasks(job).map(EcsTaskDetails::executionRoleArn))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static Stream<EcsTaskDetails> tasks(JobDetail job) {
    return Optional.ofNullable(job.ecsProperties()).stream()
        .flatMap(properties -> properties.taskProperties().stream());
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
