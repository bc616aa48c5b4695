package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.failure.Job;
import io.pullrescue.failure.Jobs;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.JobPlan;
import io.pullrescue.retry.JobPlan.SubmitJob;
import io.pullrescue.retry.JobPlanner;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.SubmittedJobs;
import io.pullrescue.retry.SubmittedJobs.Submission;
import java.util.List;

/** An image that a job waited for is there: it is submitted again, from the copies of all. */
final class JobRetry {
  private final Jobs jobs;
  private final ContainerCopies copies;
  private final SubmittedJobs submissions;
  private final JobPlanner planner;
  private final Announcer announcer;

  JobRetry(
      Jobs jobs,
      ContainerCopies copies,
      SubmittedJobs submissions,
      JobPlanner planner,
      Announcer announcer) {
    this.jobs = jobs;
    this.copies = copies;
    this.submissions = submissions;
    this.planner = planner;
    this.announcer = announcer;
  }

  Outcome work(JobFailed failed, ImageReplicated event) {
    return jobs.find(failed.jobId())
        .map(job -> again(job, event))
        .orElseGet(() -> new Done("ignored: Batch knows no job " + failed.jobId() + " by now"));
  }

  private Outcome again(Job job, ImageReplicated event) {
    return switch (copies.of(event, job.containers())) {
      case ContainerCopies.Forged it -> new Done("ignored: " + it.why());
      case ContainerCopies.Missing it ->
          new Done("job " + job.id() + " still waits for " + it.image());
      case ContainerCopies.All it -> carryOut(job, it.copies());
    };
  }

  private Outcome carryOut(Job job, List<Copy> there) {
    var submitted = submissions.submitted(job);
    if (submitted.isEmpty()) {
      return new Done("ignored: Batch knows no job " + job.id() + " by now");
    }
    return switch (plan(submitted.get(), there)) {
      case JobPlan.Nothing it -> new Done("job " + job.id() + ": " + it.why());
      case JobPlan.Leave it -> Done.telling(announcer, new RetryRefused(job.origin(), it.why()));
      case SubmitJob it -> submit(it);
    };
  }

  private JobPlan plan(SubmittedJob job, List<Copy> there) {
    return submissions
        .definition(job.job().definition())
        .flatMap(definition ->
            submissions
                .newest(definition)
                .map(newest -> planner.plan(job, definition, newest, there)))
        .orElseGet(() -> new JobPlan.Leave("its job definition has been deregistered"));
  }

  private Outcome submit(SubmitJob plan) {
    return switch (submissions.submit(plan)) {
      case Submission.Submitted it -> Done.telling(announcer, Retried.of(plan, it));
      case Submission.Known it ->
          new Done(
              "job %s was submitted again already, as %s"
                  .formatted(plan.original().job().id(), it.job()));
    };
  }
}
