package io.pullrescue.workload.batch;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.FailureAgeLimit;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.GroupHeld;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.Workload;
import io.pullrescue.workload.batch.JobSubmitter.SubmissionResult;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.BatchException;

/** Loads the failures of jobs on AWS Batch, and retries a job by submitting it again. */
public final class BatchWorkload implements Workload<JobFailed> {
  /** How long ListJobs may lack a new job; AWS documents no limit. */
  private static final Duration LISTING_TIME = Duration.ofSeconds(90);

  private final JobClient jobClient;
  private final RequiredImageLookup imageLookup;
  private final JobSubmitter jobSubmitter;
  private final ResubmitPlanner planner;
  private final FailureAgeLimit ageLimit;
  private final EventPublisher publisher;

  /**
   * Creates the workload.
   *
   * @param retryMode the setting {@code batchRetry}
   * @param roles the setting {@code passRoles}
   * @param ageLimit the setting {@code maxFailureAgeMinutes}
   */
  public BatchWorkload(
      BatchClient batch,
      RequiredImageLookup imageLookup,
      MirrorNaming mirror,
      WorkloadRetryMode retryMode,
      PassableRoles roles,
      FailureAgeLimit ageLimit,
      EventPublisher publisher) {
    this.jobClient = new JobClient(batch);
    this.imageLookup = imageLookup;
    this.jobSubmitter = new JobSubmitter(batch);
    this.planner = new ResubmitPlanner(mirror, retryMode, roles);
    this.ageLimit = ageLimit;
    this.publisher = publisher;
  }

  @Override
  public LoadResult load(JobFailed failed) {
    return jobClient
        .find(failed.jobId())
        .map(BatchJob::toLoadResult)
        .orElseGet(() ->
            new LoadResult.NotReady(
                null, "Batch job " + failed.jobId() + " does not exist in this Region"));
  }

  @Override
  public ProcessingResult retry(JobFailed failed, Retry request) {
    return jobClient
        .find(failed.jobId())
        .map(job -> retryWhenReady(job, request))
        .orElseGet(() ->
            imageLookup.notFound(
                request,
                "Batch job "
                    + failed.jobId()
                    + " no longer exists; start it again if it is still wanted"));
  }

  /**
   * SubmitJob has no idempotency token, and ListJobs may not show a new job yet. So the requests of
   * all images become one before the job is submitted, and no other request for jobs of the
   * definition is processed until ListJobs shows the new job.
   */
  private ProcessingResult retryWhenReady(BatchJob job, Retry request) {
    var mismatch = request.mismatchReason(job.trigger());
    if (mismatch.isPresent()) {
      return new Completed("ignored: " + mismatch.get());
    }
    return switch (imageLookup.lookUp(request, job.toLoadResult())) {
      case RequiredImageLookup.Unavailable unavailable -> unavailable.result();
      case RequiredImageLookup.Ready _ when !request.allMirrored() ->
          new RetryAfter("all images of job " + job.id() + " are mirrored", Duration.ZERO);
      case RequiredImageLookup.Ready ready ->
          resubmit(job, ready.mirroredImages(), request.waits());
    };
  }

  private ProcessingResult resubmit(BatchJob job, List<MirroredImage> mirroredImages, int waits) {
    return switch (plan(job, mirroredImages)) {
      case ResubmitPlan.NoAction noAction ->
          new Completed("job " + job.id() + ": " + noAction.reason());
      case ResubmitPlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(job.trigger(), skip.reason()));
      case SubmitJob submitJob ->
          // Batch keeps a job for a week.
          ageLimit
              .blockingReason(job.stoppedAt())
              .<ProcessingResult>map(reason ->
                  Completed.publishing(publisher, new RetrySkipped(job.trigger(), reason)))
              .orElseGet(() -> submit(submitJob, waits));
    };
  }

  private ResubmitPlan plan(BatchJob job, List<MirroredImage> mirroredImages) {
    return jobClient
        .findDefinition(job.detail().jobDefinition())
        .flatMap(definition ->
            jobClient
                .findNewestRevision(definition)
                .map(newest -> planner.plan(job, definition, newest, mirroredImages)))
        .orElseGet(() ->
            new ResubmitPlan.Skip(
                "its job definition has been deregistered; submit it with an active revision"));
  }

  private ProcessingResult submit(SubmitJob plan, int waits) {
    try {
      return report(plan, jobSubmitter.submit(plan));
    } catch (BatchException error) {
      return ProcessingResult.rejected(error, plan.original().trigger(), waits, publisher);
    }
  }

  private ProcessingResult report(SubmitJob plan, SubmissionResult result) {
    return switch (result) {
      case SubmissionResult.Submitted submitted ->
          new GroupHeld(
              Completed.publishing(publisher, retried(plan, submitted)).summary(), LISTING_TIME);
      case SubmissionResult.AlreadySubmitted alreadySubmitted ->
          new Completed(
              "job %s has already been submitted again as %s"
                  .formatted(plan.original().id(), alreadySubmitted.jobId()));
      case SubmissionResult.NotSubmitted notSubmitted ->
          Completed.publishing(
              publisher, new RetrySkipped(plan.original().trigger(), notSubmitted.reason()));
    };
  }

  private static Retried retried(SubmitJob plan, SubmissionResult.Submitted submitted) {
    return new Retried(
        plan.original().trigger(),
        1,
        plan.mirroredImages(),
        "job " + submitted.jobId() + " of " + submitted.revision(),
        plan.containerImages().isEmpty() ? "unchanged references" : "job definition",
        plan.notes(),
        null);
  }
}
