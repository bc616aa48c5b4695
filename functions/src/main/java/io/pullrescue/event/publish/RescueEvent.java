package io.pullrescue.event.publish;

import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.workload.RetryState;
import io.pullrescue.workload.batch.JobSubmitterPort;
import io.pullrescue.workload.batch.ResubmitPlan;
import io.pullrescue.workload.codebuild.BuildRetryPlan;
import io.pullrescue.workload.codebuild.BuildStarterPort;
import io.pullrescue.workload.ecs.RunTaskPlan;
import io.pullrescue.workload.ecs.ServiceUpdatePlan;
import io.pullrescue.workload.ecs.StandaloneTaskClientPort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a rescue, one step at a time, for the event bus and for people. */
public sealed interface RescueEvent {
  /** Whom the step was for. */
  Trigger trigger();

  /** A pull failure was understood; the plan says what follows, the advice what people can do. */
  record Diagnosed(
      Trigger trigger, PullFailed diagnosis, ReplicationPlan plan, Remediation remediation)
      implements RescueEvent {}

  /** An image is in the mirror. */
  record Replicated(ReplicationRequest request, ReplicationResult.Replicated result)
      implements RescueEvent {
    @Override
    public Trigger trigger() {
      return request.trigger();
    }
  }

  /** An image could not be copied, and will not be tried again. */
  record ReplicationFailed(Trigger trigger, ImageReference image, String reason)
      implements RescueEvent {}

  /**
   * The work runs again.
   *
   * @param started what runs now, in words: the id of a build, or a stage, batch, service, task or
   *     job
   * @param method what makes it use the copies
   * @param caveats from the work that failed, and what else has to be known, in words
   * @param failedAt when that was; null where its record does not say
   */
  record Retried(
      Trigger trigger,
      RetryState retryState,
      String started,
      String method,
      List<String> caveats,
      @Nullable Instant failedAt)
      implements RescueEvent {
    /** Copies the list, so that an announcement never changes. */
    public Retried {
      caveats = List.copyOf(caveats);
    }

    /** A build that was started. */
    public static Retried of(
        Trigger trigger, BuildRetryPlan.StartBuild plan, BuildStarterPort.StartedBuild started) {
      var method = substitutionMethod(plan.environmentImage(), plan.buildspec());
      var failedAt = plan.original().endTime().orElse(null);
      return new Retried(
          trigger, plan.retryState(), started.buildId(), method, started.caveats(), failedAt);
    }

    /** A stage or batch that runs its failed parts again. */
    public static Retried of(Trigger trigger, BuildRetryPlan.RetryParent plan, String started) {
      var change = plan.projectUpdate();
      var method =
          change == null
              ? substitutionMethod(null, null)
              : substitutionMethod(change.environmentImage(), change.buildspec())
                  + " put into the project";
      var failedAt = plan.original().endTime().orElse(null);
      return new Retried(trigger, plan.retryState(), started, method, List.of(), failedAt);
    }

    /** A service that starts from the copies. */
    public static Retried of(ServiceUpdatePlan.UpdateService plan, String revision) {
      var retryState = new RetryState(plan.task().arn(), 1, plan.mirroredImages());
      var started = "service " + plan.service().name() + " with " + revision;
      return new Retried(
          plan.task().trigger(), retryState, started, "task definition", plan.notes(), null);
    }

    /** A task that was started again. */
    public static Retried of(
        RunTaskPlan.RunTask plan, StandaloneTaskClientPort.StartResult.Started started) {
      var task = plan.original().task();
      var retryState = new RetryState(task.arn(), 1, plan.mirroredImages());
      var startedWorkload = "task " + started.taskArn() + " of " + started.revision();
      var method =
          plan.containerImages().isEmpty() ? substitutionMethod(null, null) : "task definition";
      return new Retried(task.trigger(), retryState, startedWorkload, method, plan.notes(), null);
    }

    /** A job that was submitted again. */
    public static Retried of(
        ResubmitPlan.SubmitJob plan, JobSubmitterPort.SubmissionResult.Submitted job) {
      var trigger = plan.original().job().trigger();
      var retryState = new RetryState(trigger.id(), 1, plan.mirroredImages());
      var startedWorkload = "job " + job.jobId() + " of " + job.revision();
      var method =
          plan.containerImages().isEmpty() ? substitutionMethod(null, null) : "job definition";
      return new Retried(trigger, retryState, startedWorkload, method, plan.notes(), null);
    }

    private static String substitutionMethod(
        @Nullable ImageReference image, @Nullable String buildspec) {
      if (image != null) {
        return "environment image";
      }
      return buildspec == null ? "unchanged references" : "rescue commands";
    }
  }

  /**
   * A build that ran again is green.
   *
   * @param buildId its id
   * @param timeSinceFailure the end of the first failure; null where its record is gone
   * @param projectRestored whether the project was given back what it said before
   */
  record Recovered(
      Trigger trigger, String buildId, @Nullable Duration timeSinceFailure, boolean projectRestored)
      implements RescueEvent {}

  /** The work does not run again; {@code why} tells what people can do. */
  record RetrySkipped(Trigger trigger, String reason) implements RescueEvent {}
}
