package io.pullrescue.workload.batch;

import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.KeyValuesPair;

/** Submits jobs again (SubmitJob). */
final class JobSubmitter {
  /** DescribeJobs accepts at most 100 ids. */
  private static final int MAX_JOBS_PER_CALL = 100;

  private static final int MAX_LATER_JOBS = 1000;

  private final BatchClient batch;

  JobSubmitter(BatchClient batch) {
    this.batch = batch;
  }

  /** Submits the planned job. Repeated calls submit one job. */
  SubmissionResult submit(SubmitJob plan) {
    var original = plan.original().detail();
    var laterIds = findLaterJobs(original);
    if (laterIds.size() > MAX_LATER_JOBS) {
      return new SubmissionResult.NotSubmitted(
          "more than %,d jobs of its name were submitted after it, too many to tell whether it was submitted again; submit it again if it was not"
              .formatted(MAX_LATER_JOBS));
    }
    return findResubmission(original, laterIds)
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

  /** The filter does not distinguish upper and lower case. */
  private List<String> findLaterJobs(JobDetail original) {
    return batch
        .listJobsPaginator(request ->
            request.jobQueue(original.jobQueue()).filters(jobNameFilter(original.jobName())))
        .jobSummaryList()
        .stream()
        .filter(job -> job.jobName().equals(original.jobName()))
        .filter(job -> job.createdAt() > original.createdAt())
        .map(JobSummary::jobId)
        .limit(MAX_LATER_JOBS + 1L)
        .toList();
  }

  /** SubmitJob has no idempotency token: a retried job has the same name and a tag with the id. */
  private Optional<String> findResubmission(JobDetail original, List<String> laterIds) {
    return IntStream.iterate(
            0, start -> start < laterIds.size(), start -> start + MAX_JOBS_PER_CALL)
        .mapToObj(
            start -> laterIds.subList(start, Math.min(start + MAX_JOBS_PER_CALL, laterIds.size())))
        .flatMap(ids -> batch.describeJobs(request -> request.jobs(ids)).jobs().stream())
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

    /** Nobody can tell whether the job has been submitted before. */
    record NotSubmitted(String reason) implements SubmissionResult {}
  }
}
