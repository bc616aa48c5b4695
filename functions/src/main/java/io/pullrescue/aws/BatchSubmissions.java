package io.pullrescue.aws;

import io.pullrescue.failure.Job;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.JobDefinition;
import io.pullrescue.retry.JobPlan.SubmitJob;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.SubmittedJobs;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
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
public final class BatchSubmissions implements SubmittedJobs {
  /** DescribeJobs takes a hundred at most. */
  private static final int AT_ONCE = 100;

  private final BatchClient batch;

  /** Asks this client. */
  public BatchSubmissions(BatchClient batch) {
    this.batch = batch;
  }

  @Override
  public Optional<SubmittedJob> submitted(Job job) {
    return describe(List.of(job.id()))
        .findFirst()
        .map(detail -> new JobReading(detail).submitted(job));
  }

  @Override
  public Optional<JobDefinition> definition(String arn) {
    return described(arn).map(BatchSubmissions::definition);
  }

  @Override
  public Optional<JobDefinition> newest(JobDefinition definition) {
    return newestOf(definition.name()).map(BatchSubmissions::definition);
  }

  private static JobDefinition definition(
      software.amazon.awssdk.services.batch.model.JobDefinition definition) {
    return new JobDefinition(
        definition.jobDefinitionArn(), containers(definition), definition.tags());
  }

  private static List<ContainerDefinition> containers(
      software.amazon.awssdk.services.batch.model.JobDefinition definition) {
    var only =
        Stream.ofNullable(definition.containerProperties())
            .map(it ->
                container(
                    JobDefinitionRevision.ONLY, it.image(), it.repositoryCredentials() != null));
    var several =
        Stream.ofNullable(definition.ecsProperties())
            .flatMap(properties -> properties.taskProperties().stream())
            .flatMap(task -> task.containers().stream())
            .map(it -> container(it.name(), it.image(), it.repositoryCredentials() != null));
    return Stream.concat(only, several).toList();
  }

  private static ContainerDefinition container(String name, String image, boolean credentials) {
    return new ContainerDefinition(
        Objects.requireNonNullElse(name, ""), Objects.requireNonNullElse(image, ""), credentials);
  }

  @Override
  public Submission submit(SubmitJob plan) {
    var original = describe(List.of(plan.original().job().id())).findFirst().orElseThrow();
    var known = again(original);
    if (known.isPresent()) {
      return new Submission.Known(known.get());
    }
    var definition =
        plan.images().isEmpty()
            ? original.jobDefinition()
            : revision(original.jobDefinition(), plan.images());
    var job = batch.submitJob(new JobSubmission(original, definition).request()).jobId();
    return new Submission.Submitted(job, definition.substring(definition.lastIndexOf('/') + 1));
  }

  /** SubmitJob takes no token: the new job has its name and says which one it stands for. */
  private Optional<String> again(JobDetail original) {
    var later =
        batch
            .listJobsPaginator(request ->
                request.jobQueue(original.jobQueue()).filters(called(original.jobName())))
            .jobSummaryList()
            .stream()
            .filter(job -> job.createdAt() > original.createdAt())
            .map(JobSummary::jobId)
            .limit(AT_ONCE)
            .toList();
    return later.isEmpty()
        ? Optional.empty()
        : describe(later)
            .filter(job -> original.jobId().equals(job.tags().get(SubmittedJob.ORIGIN)))
            .map(JobDetail::jobId)
            .findFirst();
  }

  private static KeyValuesPair called(String name) {
    return KeyValuesPair.builder().name("JOB_NAME").values(name).build();
  }

  private Stream<JobDetail> describe(List<String> jobs) {
    return batch.describeJobs(request -> request.jobs(jobs)).jobs().stream();
  }

  /** Jobs fail together: the first one registers, the others find it. */
  private String revision(String definition, Map<String, ImageReference> images) {
    var wanted = JobDefinitionRevision.of(described(definition).orElseThrow(), images);
    return newestOf(definition.substring(definition.lastIndexOf('/') + 1))
        .filter(newest -> JobDefinitionRevision.of(newest).equals(wanted))
        .map(software.amazon.awssdk.services.batch.model.JobDefinition::jobDefinitionArn)
        .orElseGet(() -> batch.registerJobDefinition(wanted).jobDefinitionArn());
  }

  private Optional<software.amazon.awssdk.services.batch.model.JobDefinition> described(
      String definition) {
    return batch
        .describeJobDefinitions(request -> request.jobDefinitions(definition))
        .jobDefinitions()
        .stream()
        .findFirst();
  }

  private Optional<software.amazon.awssdk.services.batch.model.JobDefinition> newestOf(
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
