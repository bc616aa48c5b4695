package io.pullrescue.retry;

import io.pullrescue.failure.Job;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.JobPlan.Leave;
import io.pullrescue.retry.JobPlan.Nothing;
import io.pullrescue.retry.JobPlan.SubmitJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides whether a job that could not pull is submitted again. Pure. */
public final class JobPlanner {
  private static final String BY_HAND = "; submit it again from ";

  private final Mirror mirror;
  private final WorkloadChanges changes;

  /** Plans with the copies of this mirror, for the jobs that may be submitted again. */
  public JobPlanner(Mirror mirror, WorkloadChanges changes) {
    this.mirror = mirror;
    this.changes = changes;
  }

  /**
   * The plan for this job, now that these copies are in the mirror.
   *
   * @param definition what it ran
   * @param newest the newest revision of that
   */
  public JobPlan plan(
      SubmittedJob job, JobDefinition definition, JobDefinition newest, List<Copy> copies) {
    return changes
        .unasked("job " + job.job().id(), job.tags(), definition.tags())
        .<JobPlan>map(Nothing::new)
        .or(() -> objection(job, definition, newest, copies).map(Leave::new))
        .orElseGet(() -> submit(job, definition, copies));
  }

  private Optional<String> objection(
      SubmittedJob job, JobDefinition definition, JobDefinition newest, List<Copy> copies) {
    var rewriting = definition.with(mirror, copies);
    return notOurs(job)
        .or(() -> notAlone(job.kind()).map(why -> why + BY_HAND + copies.getLast().copy()))
        .or(() ->
            rewriting.objection(
                newest.name(), newest.containers(), job.platform(), job.job().executionRole()));
  }

  private static Optional<String> notOurs(SubmittedJob job) {
    if (job.tags().containsKey(SubmittedJob.ORIGIN)) {
      return Optional.of(
          "it was submitted again from the copy already; see what it says of its pull, or point its"
              + " job definition at the mirror");
    }
    return job.owned()
        ? Optional.of(
            "an execution of AWS Step Functions submitted it, and submits the next one; point its"
                + " job definition at the mirror")
        : Optional.empty();
  }

  private static Optional<String> notAlone(SubmittedJob.Kind kind) {
    return switch (kind) {
      case ONE_TASK -> Optional.empty();
      case ARRAY ->
          Optional.of("it is an array of jobs, and those that ended well would run twice");
      case SEVERAL_NODES ->
          Optional.of("it is a job of several nodes, which start and end together");
      case PODS -> Optional.of("it is a job on Amazon EKS");
    };
  }

  private SubmitJob submit(SubmittedJob job, JobDefinition definition, List<Copy> copies) {
    var rewriting = definition.with(mirror, copies);
    return new SubmitJob(job, copies, rewriting.images(), remarks(job, rewriting, copies));
  }

  private static List<String> remarks(
      SubmittedJob submitted, Rewriting rewriting, List<Copy> copies) {
    Job job = submitted.job();
    var remarks = new ArrayList<String>();
    remarks.add(new PullRemark(job.executionRole(), job.queue()).about(copies));
    remarks.addAll(rewriting.remarks());
    remarks.add("jobs that waited for it have failed with it, and are to be submitted again");
    if (submitted.waited()) {
      remarks.add("the jobs that it waited for have ended, and the new one waits for none");
    }
    return remarks;
  }
}
