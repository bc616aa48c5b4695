package io.pullrescue.workload.batch;

import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.Optional;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.KeyValuesPair;

/** Submits jobs again (SubmitJob). */
final class JobSubmitter {
  /** DescribeJobs accepts at most 100 ids. */
  private static final int MAX_JOBS_PER_CALL = 100;

  private final BatchClient batch;

  JobSubmitter(BatchClient batch) {
    this.batch = batch;
  }

  /** Submits the planned job. Repeated calls submit one job. */
  SubmissionResult submit(SubmitJob plan) {
    return findResubmission(plan.original().detail())
        .<SubmissionResult>map(SubmissionResult.AlreadySubmitted::new)
        .orElseGet(() -> submitNew(plan));
  }

  private SubmissionResult submitNew(SubmitJob plan) {
    var definition =
        plan.containerImages().isEmpty() ? plan.definition().arn() : findOrRegisterRevision(plan);
    var request = new SubmitJobRequests(plan.original().detail(), definition).request();
    return new SubmissionResult.Submitted(
        batch.submitJob(request).jobId(), definition.substring(definition.lastIndexOf('/') + 1));
  }

  /** SubmitJob has no idempotency token: a retried job has the same name and a tag with the id. */
  private Optional<String> findResubmission(JobDetail original) {
    var laterIds =
        batch
            .listJobsPaginator(request ->
                request.jobQueue(original.jobQueue()).filters(jobNameFilter(original.jobName())))
            .jobSummaryList()
            .stream()
            .filter(job -> job.createdAt() > original.createdAt())
            .map(JobSummary::jobId)
            .limit(MAX_JOBS_PER_CALL)
            .toList();
    return laterIds.isEmpty()
        ? Optional.empty()
        : batch.describeJobs(request -> request.jobs(laterIds)).jobs().stream()
            .filter(job -> original.jobId().equals(job.tags().get(BatchJob.ORIGIN_TAG)))
            .map(JobDetail::jobId)
            .findFirst();
  }

  private static KeyValuesPair jobNameFilter(String name) {
    return KeyValuesPair.builder().name("JOB_NAME").values(name).build();
  }

  /** Jobs fail together: the first message registers the revision and the others use it. */
  private String findOrRegisterRevision(SubmitJob plan) {
    var request = plan.definition().registerRequest(plan.containerImages());
    return plan.newest().isResultOf(request)
        ? plan.newest().arn()
        : batch.registerJobDefinition(request).jobDefinitionArn();
  }

  /** States what Batch did with a job that was to be submitted. */
  sealed interface SubmissionResult {
    /**
     * The job has been submitted.
     *
     * @param revision its job definition, {@code name:revision}
     */
    record Submitted(String jobId, String revision) implements SubmissionResult {}

    /** The job has been submitted before. */
    record AlreadySubmitted(String jobId) implements SubmissionResult {}
  }
}
