package io.pullrescue.report;

import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.retry.Chain;
import io.pullrescue.retry.JobPlan;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan;
import io.pullrescue.retry.StandaloneTasks;
import io.pullrescue.retry.SubmittedJobs;
import io.pullrescue.retry.TaskPlan;
import io.pullrescue.retry.TaskRunPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a rescue, one step at a time, for the event bus and for people. */
public sealed interface Announcement {
  /** Whom the step was for. */
  Origin origin();

  /** A pull failure was understood; the plan says what follows, the advice what people can do. */
  record Diagnosed(Origin origin, PullFailed diagnosis, ReplicationPlan plan, Advice advice)
      implements Announcement {}

  /** An image is in the mirror. */
  record Replicated(ReplicationRequest request, Replication.Replicated result)
      implements Announcement {
    @Override
    public Origin origin() {
      return request.origin();
    }
  }

  /** An image could not be copied, and will not be tried again. */
  record NotReplicated(Origin origin, ImageReference image, String why) implements Announcement {}

  /**
   * The work runs again.
   *
   * @param started what runs now, in words: the id of a build, or a stage, batch, service, task or
   *     job
   * @param by what makes it use the copies
   * @param differences from the work that failed, and what else has to be known, in words
   * @param failed when that was; null where its record does not say
   */
  record Retried(
      Origin origin,
      Chain chain,
      String started,
      String by,
      List<String> differences,
      @Nullable Instant failed)
      implements Announcement {
    /** Copies the list, so that an announcement never changes. */
    public Retried {
      differences = List.copyOf(differences);
    }

    /** A build that was started. */
    public static Retried of(Origin origin, RetryPlan.StartBuild plan, Retrier.Started started) {
      var by = by(plan.environmentImage(), plan.buildspec());
      var failed = plan.original().end().orElse(null);
      return new Retried(origin, plan.chain(), started.build(), by, started.differences(), failed);
    }

    /** A stage or batch that runs its failed parts again. */
    public static Retried of(Origin origin, RetryPlan.RetryWhole plan, String started) {
      var change = plan.change();
      var by =
          change == null
              ? by(null, null)
              : by(change.environmentImage(), change.buildspec()) + " put into the project";
      var failed = plan.original().end().orElse(null);
      return new Retried(origin, plan.chain(), started, by, List.of(), failed);
    }

    /** A service that starts from the copies. */
    public static Retried of(TaskPlan.UpdateService plan, String revision) {
      var chain = new Chain(plan.task().arn(), 1, plan.copies());
      var started = "service " + plan.service().name() + " with " + revision;
      return new Retried(
          plan.task().origin(), chain, started, "task definition", plan.remarks(), null);
    }

    /** A task that was started again. */
    public static Retried of(TaskRunPlan.RunTask plan, StandaloneTasks.Start.Started started) {
      var task = plan.original().task();
      var chain = new Chain(task.arn(), 1, plan.copies());
      var what = "task " + started.task() + " of " + started.revision();
      var by = plan.images().isEmpty() ? by(null, null) : "task definition";
      return new Retried(task.origin(), chain, what, by, plan.remarks(), null);
    }

    /** A job that was submitted again. */
    public static Retried of(JobPlan.SubmitJob plan, SubmittedJobs.Submission.Submitted job) {
      var origin = plan.original().job().origin();
      var chain = new Chain(origin.id(), 1, plan.copies());
      var what = "job " + job.job() + " of " + job.revision();
      var by = plan.images().isEmpty() ? by(null, null) : "job definition";
      return new Retried(origin, chain, what, by, plan.remarks(), null);
    }

    private static String by(@Nullable ImageReference image, @Nullable String buildspec) {
      if (image != null) {
        return "environment image";
      }
      return buildspec == null ? "unchanged references" : "rescue commands";
    }
  }

  /**
   * A build that ran again is green.
   *
   * @param build its id
   * @param after the end of the first failure; null where its record is gone
   * @param restored whether the project was given back what it said before
   */
  record Recovered(Origin origin, String build, @Nullable Duration after, boolean restored)
      implements Announcement {}

  /** The work does not run again; {@code why} tells what people can do. */
  record RetryRefused(Origin origin, String why) implements Announcement {}
}
