package io.pullrescue.testing;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.workload.FailureAgeLimit;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.batch.BatchWorkload;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.BatchException;
import software.amazon.awssdk.services.batch.model.ContainerProperties;
import software.amazon.awssdk.services.batch.model.DescribeJobDefinitionsRequest;
import software.amazon.awssdk.services.batch.model.DescribeJobDefinitionsResponse;
import software.amazon.awssdk.services.batch.model.DescribeJobsRequest;
import software.amazon.awssdk.services.batch.model.DescribeJobsResponse;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.ListJobsRequest;
import software.amazon.awssdk.services.batch.model.ListJobsResponse;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionResponse;
import software.amazon.awssdk.services.batch.model.SubmitJobRequest;
import software.amazon.awssdk.services.batch.model.SubmitJobResponse;

/**
 * Fakes AWS Batch with one job and the job definition {@code nightly}. Changes are visible to later
 * calls.
 */
public final class FakeBatch implements BatchClient {
  private static final String DEFINITION_ARN =
      "arn:aws:batch:us-east-1:123456789012:job-definition/nightly:";

  /** The operations in the order of their calls. */
  public final List<String> calls = new ArrayList<>();

  public final List<SubmitJobRequest> submittedJobs = new ArrayList<>();
  @Nullable public JobDetail job;
  public boolean deregistered;

  /** The error of the next call that changes something. */
  @Nullable public BatchException error;

  /** How many jobs of the same name were submitted before the retried ones. */
  public int otherJobs;

  /** The time at which jobs are retried. */
  public InstantSource clock = InstantSource.fixed(Instant.EPOCH);

  /** ListJobs may not show a new job for some seconds. */
  public boolean listsNewJobs = true;

  private final TreeMap<Integer, JobDefinition> definitions = new TreeMap<>();

  /** Creates a queue with this job; null for an empty queue. */
  public FakeBatch(@Nullable JobDetail job) {
    this.job = job;
    register(
        RegisterJobDefinitionRequest.builder()
            .jobDefinitionName("nightly")
            .type("container")
            .containerProperties(ContainerProperties.builder().image("python:3.12-slim").build())
            .build(),
        12);
  }

  /** Creates the workload that loads and retries the jobs of this queue. */
  public BatchWorkload workload(
      RequiredImageLookup imageLookup, WorkloadRetryMode retryMode, EventPublisher publisher) {
    return new BatchWorkload(
        this,
        imageLookup,
        TestFixtures.MIRROR,
        retryMode,
        new PassableRoles(List.of("*")),
        new FailureAgeLimit(60, clock),
        publisher);
  }

  /** Returns the image of the newest revision. */
  public String newestImage() {
    return definitions.lastEntry().getValue().containerProperties().image();
  }

  private String register(RegisterJobDefinitionRequest request, int revision) {
    definitions.put(
        revision,
        JobDefinition.builder()
            .jobDefinitionArn(DEFINITION_ARN + revision)
            .jobDefinitionName(request.jobDefinitionName())
            .revision(revision)
            .status("ACTIVE")
            .type(request.typeAsString())
            .containerProperties(request.containerProperties())
            .build());
    return DEFINITION_ARN + revision;
  }

  @Override
  public DescribeJobsResponse describeJobs(DescribeJobsRequest request) {
    calls.add("DescribeJobs");
    var jobs =
        Stream.concat(Optional.ofNullable(job).stream(), resubmittedJobs())
            .filter(detail -> request.jobs().contains(detail.jobId()))
            .toList();
    return DescribeJobsResponse.builder().jobs(jobs).build();
  }

  private Stream<JobDetail> resubmittedJobs() {
    return IntStream.range(0, submittedJobs.size())
        .mapToObj(index ->
            JobDetail.builder()
                .jobId("job-" + (index + 2))
                .tags(submittedJobs.get(index).tags())
                .build());
  }

  @Override
  public DescribeJobDefinitionsResponse describeJobDefinitions(
      DescribeJobDefinitionsRequest request) {
    calls.add("DescribeJobDefinitions");
    var active = deregistered ? Stream.<JobDefinition>empty() : definitions.values().stream();
    return DescribeJobDefinitionsResponse.builder()
        .jobDefinitions(
            request.jobDefinitions().isEmpty()
                ? active.toList()
                : definitions.values().stream()
                    .filter(definition ->
                        request.jobDefinitions().contains(definition.jobDefinitionArn()))
                    .toList())
        .build();
  }

  @Override
  public RegisterJobDefinitionResponse registerJobDefinition(RegisterJobDefinitionRequest request) {
    calls.add("RegisterJobDefinition");
    failOnce();
    return RegisterJobDefinitionResponse.builder()
        .jobDefinitionArn(register(request, definitions.lastKey() + 1))
        .build();
  }

  @Override
  public ListJobsResponse listJobs(ListJobsRequest request) {
    calls.add("ListJobs");
    var others = IntStream.range(0, otherJobs).mapToObj(index -> "other-" + index);
    var resubmitted = resubmittedJobs().filter(_ -> listsNewJobs).map(JobDetail::jobId);
    return ListJobsResponse.builder()
        .jobSummaryList(
            Stream.concat(others, resubmitted)
                .map(id ->
                    JobSummary.builder()
                        .jobId(id)
                        .jobName("nightly")
                        .createdAt(Long.MAX_VALUE)
                        .build())
                .toList())
        .build();
  }

  private void failOnce() {
    var thrown = error;
    error = null;
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Returns an error as the SDK creates it from a response. */
  public static BatchException error(int status, String code, String message) {
    return (BatchException)
        BatchException.builder()
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("Batch")
                    .errorCode(code)
                    .errorMessage(message)
                    .build())
            .build();
  }

  @Override
  public SubmitJobResponse submitJob(SubmitJobRequest request) {
    calls.add("SubmitJob");
    failOnce();
    submittedJobs.add(request);
    return SubmitJobResponse.builder().jobId("job-" + (submittedJobs.size() + 1)).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
