package io.pullrescue.workload.batch;

import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.KeyValuesPair;

/** Jobs that were submitted, as AWS Batch describes them, and new submissions (SubmitJob). */
public final class JobSubmitter implements JobSubmitterPort {
  /** DescribeJobs takes a hundred at most. */
  private static final int MAX_JOBS_PER_CALL = 100;

  private final BatchClient batch;

  /** Asks this client. */
  public JobSubmitter(BatchClient batch) {
    this.batch = batch;
  }

  @Override
  public Optional<SubmittedJob> find(BatchJob job) {
    return describe(List.of(job.id()))
        .findFirst()
        .map(detail -> new JobReading(detail).toSubmittedJob(job));
  }

  @Override
  public Optional<JobDefinition> findDefinition(String arn) {
    return describeDefinition(arn).map(JobSubmitter::toJobDefinition);
  }

  @Override
  public Optional<JobDefinition> findNewestRevision(JobDefinition definition) {
    return newestDefinition(definition.name()).map(JobSubmitter::toJobDefinition);
  }

  private static JobDefinition toJobDefinition(
      software.amazon.awssdk.services.batch.model.JobDefinition definition) {
    return new JobDefinition(
        definition.jobDefinitionArn(), containers(definition), definition.tags());
  }

  private static List<ContainerDefinition> containers(
      software.amazon.awssdk.services.batch.model.JobDefinition definition) {
    var single =
        Stream.ofNullable(definition.containerProperties())
            .map(containerProperties ->
                toContainer(
                    JobDefinitionRevision.SINGLE_CONTAINER,
                    containerProperties.image(),
                    containerProperties.repositoryCredentials() != null));
    var multiple =
        Stream.ofNullable(definition.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .map(taskContainerProperties ->
                toContainer(
                    taskContainerProperties.name(),
                    taskContainerProperties.image(),
                    taskContainerProperties.repositoryCredentials() != null));
    return Stream.concat(single, multiple).toList();
  }

  private static ContainerDefinition toContainer(String name, String image, boolean credentials) {
    return new ContainerDefinition(
        Objects.requireNonNullElse(name, ""), Objects.requireNonNullElse(image, ""), credentials);
  }

  @Override
  public SubmissionResult submit(SubmitJob plan) {
    var original = describe(List.of(plan.original().job().id())).findFirst().orElseThrow();
    var existing = findResubmission(original);
    if (existing.isPresent()) {
      return new SubmissionResult.AlreadySubmitted(existing.get());
    }
    var definition =
        plan.containerImages().isEmpty()
            ? original.jobDefinition()
            : findOrRegisterRevision(original.jobDefinition(), plan.containerImages());
    var job = batch.submitJob(new SubmitJobRequests(original, definition).request()).jobId();
    return new SubmissionResult.Submitted(
        job, definition.substring(definition.lastIndexOf('/') + 1));
  }

  /** SubmitJob takes no token: the new job has its name and says which one it stands for. */
  private Optional<String> findResubmission(JobDetail original) {
    var later =
        batch
            .listJobsPaginator(request ->
                request.jobQueue(original.jobQueue()).filters(jobNameFilter(original.jobName())))
            .jobSummaryList()
            .stream()
            .filter(job -> job.createdAt() > original.createdAt())
            .map(JobSummary::jobId)
            .limit(MAX_JOBS_PER_CALL)
            .toList();
    return later.isEmpty()
        ? Optional.empty()
        : describe(later)
            .filter(job -> original.jobId().equals(job.tags().get(SubmittedJob.ORIGIN_TAG)))
            .map(JobDetail::jobId)
            .findFirst();
  }

  private static KeyValuesPair jobNameFilter(String name) {
    return KeyValuesPair.builder().name("JOB_NAME").values(name).build();
  }

  private Stream<JobDetail> describe(List<String> jobs) {
    return batch.describeJobs(request -> request.jobs(jobs)).jobs().stream();
  }

  /** Jobs fail together: the first one registers, the others find it. */
  private String findOrRegisterRevision(String definition, Map<String, ImageReference> images) {
    var wanted =
        JobDefinitionRevision.registerRequest(describeDefinition(definition).orElseThrow(), images);
    return newestDefinition(definition.substring(definition.lastIndexOf('/') + 1))
        .filter(newest -> JobDefinitionRevision.registerRequest(newest).equals(wanted))
        .map(software.amazon.awssdk.services.batch.model.JobDefinition::jobDefinitionArn)
        .orElseGet(() -> batch.registerJobDefinition(wanted).jobDefinitionArn());
  }

  private Optional<software.amazon.awssdk.services.batch.model.JobDefinition> describeDefinition(
      String definition) {
    return batch
        .describeJobDefinitions(request -> request.jobDefinitions(definition))
        .jobDefinitions()
        .stream()
        .findFirst();
  }

  private Optional<software.amazon.awssdk.services.batch.model.JobDefinition> newestDefinition(
      String definition) {
    var name = definition.substring(0, definition.lastIndexOf(':'));
    return batch
        .describeJobDefinitionsPaginator(
            request -> request.jobDefinitionName(name).status("ACTIVE"))
        .jobDefinitions()
        .stream()
        .max(
            Comparator.comparing(
                software.amazon.awssdk.services.batch.model.JobDefinition::revision));
  }
}
