package io.pullrescue.aws;

import io.pullrescue.failure.Container;
import io.pullrescue.failure.Job;
import io.pullrescue.failure.Jobs;
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
public final class BatchJobs implements Jobs {
  private final BatchClient batch;

  /** Asks this client. */
  public BatchJobs(BatchClient batch) {
    this.batch = batch;
  }

  @Override
  public Optional<Job> find(String id) {
    return batch.describeJobs(request -> request.jobs(id)).jobs().stream()
        .findFirst()
        .map(BatchJobs::job);
  }

  private static Job job(JobDetail job) {
    return new Job(
        job.jobId(),
        job.jobQueue(),
        job.jobDefinition(),
        job.statusAsString(),
        orEmpty(job.statusReason()),
        containers(job),
        executionRole(job));
  }

  /** A job has one container, or it is a task of several; both are those of the last attempt. */
  private static List<Container> containers(JobDetail job) {
    var one = Optional.ofNullable(job.container()).stream().map(BatchJobs::container);
    var several = tasks(job).flatMap(task -> task.containers().stream()).map(BatchJobs::container);
    return Stream.concat(one, several).toList();
  }

  private static Container container(ContainerDetail container) {
    return new Container(
        "default",
        container.image(),
        orEmpty(container.reason()),
        secret(container.repositoryCredentials()));
  }

  private static Container container(TaskContainerDetails container) {
    return new Container(
        orEmpty(container.name()),
        container.image(),
        orEmpty(container.reason()),
        secret(container.repositoryCredentials()));
  }

  private static @Nullable String secret(@Nullable RepositoryCredentials credentials) {
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
