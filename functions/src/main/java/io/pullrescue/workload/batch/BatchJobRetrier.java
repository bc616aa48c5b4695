package io.pullrescue.workload.batch;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.workload.ContainerImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.batch.JobSubmitterPort.SubmissionResult;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.List;

/** An image that a job waited for is there: it is submitted again, from the copies of all. */
public final class BatchJobRetrier {
  private final JobClientPort jobClient;
  private final ContainerImageLookup imageLookup;
  private final JobSubmitterPort jobSubmitter;
  private final ResubmitPlanner planner;
  private final EventPublisher publisher;

  public BatchJobRetrier(
      JobClientPort jobClient,
      ContainerImageLookup imageLookup,
      JobSubmitterPort jobSubmitter,
      ResubmitPlanner planner,
      EventPublisher publisher) {
    this.jobClient = jobClient;
    this.imageLookup = imageLookup;
    this.jobSubmitter = jobSubmitter;
    this.planner = planner;
    this.publisher = publisher;
  }

  public ProcessingResult retry(JobFailed failed, ImageReplicated event) {
    return jobClient
        .find(failed.jobId())
        .map(job -> retryWhenReady(job, event))
        .orElseGet(
            () -> new Completed("ignored: Batch knows no job " + failed.jobId() + " by now"));
  }

  private ProcessingResult retryWhenReady(BatchJob job, ImageReplicated event) {
    return switch (imageLookup.lookUp(event, job.containers())) {
      case ContainerImageLookup.Rejected rejected -> new Completed("ignored: " + rejected.reason());
      case ContainerImageLookup.Pending pending ->
          new Completed("job " + job.id() + " still waits for " + pending.image());
      case ContainerImageLookup.Ready ready -> resubmit(job, ready.mirroredImages());
    };
  }

  private ProcessingResult resubmit(BatchJob job, List<MirroredImage> mirroredImages) {
    var submittedJob = jobSubmitter.find(job);
    if (submittedJob.isEmpty()) {
      return new Completed("ignored: Batch knows no job " + job.id() + " by now");
    }
    return switch (plan(submittedJob.get(), mirroredImages)) {
      case ResubmitPlan.NoAction noAction ->
          new Completed("job " + job.id() + ": " + noAction.reason());
      case ResubmitPlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(job.trigger(), skip.reason()));
      case SubmitJob submitJob -> submit(submitJob);
    };
  }

  private ResubmitPlan plan(SubmittedJob job, List<MirroredImage> mirroredImages) {
    return jobSubmitter
        .findDefinition(job.job().definition())
        .flatMap(definition ->
            jobSubmitter
                .findNewestRevision(definition)
                .map(latest -> planner.plan(job, definition, latest, mirroredImages)))
        .orElseGet(() -> new ResubmitPlan.Skip("its job definition has been deregistered"));
  }

  private ProcessingResult submit(SubmitJob plan) {
    return switch (jobSubmitter.submit(plan)) {
      case SubmissionResult.Submitted submitted ->
          Completed.publishing(publisher, retried(plan, submitted));
      case SubmissionResult.AlreadySubmitted alreadySubmitted ->
          new Completed(
              "job %s was submitted again already, as %s"
                  .formatted(plan.original().job().id(), alreadySubmitted.jobId()));
    };
  }

  private static Retried retried(SubmitJob plan, SubmissionResult.Submitted submitted) {
    return new Retried(
        plan.original().job().trigger(),
        1,
        plan.mirroredImages(),
        "job " + submitted.jobId() + " of " + submitted.revision(),
        plan.containerImages().isEmpty() ? "unchanged references" : "job definition",
        plan.notes(),
        null);
  }
}
