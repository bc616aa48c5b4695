package io.pullrescue.workload.batch;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.ContainerImageRewrite;
import io.pullrescue.workload.PullPermissionNote;
import io.pullrescue.workload.batch.ResubmitPlan.NoAction;
import io.pullrescue.workload.batch.ResubmitPlan.Skip;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides whether a job that could not pull is submitted again. Pure. */
public final class ResubmitPlanner {
  private static final String RESUBMIT_HINT = "; submit it again from ";

  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;

  /** Plans with the copies of this mirror, for the jobs that may be submitted again. */
  public ResubmitPlanner(MirrorNaming mirror, WorkloadRetryMode retryMode) {
    this.mirror = mirror;
    this.retryMode = retryMode;
  }

  /**
   * The plan for this job, now that these copies are in the mirror.
   *
   * @param definition what it ran
   * @param newest the newest revision of that
   */
  ResubmitPlan plan(
      SubmittedJob job,
      JobDefinition definition,
      JobDefinition newest,
      List<MirroredImage> mirroredImages) {
    return retryMode
        .skipReason("job " + job.job().id(), job.tags(), definition.tags())
        .<ResubmitPlan>map(NoAction::new)
        .or(() -> blockingReason(job, definition, newest, mirroredImages).map(Skip::new))
        .orElseGet(() -> submit(job, definition, mirroredImages));
  }

  private Optional<String> blockingReason(
      SubmittedJob job,
      JobDefinition definition,
      JobDefinition newest,
      List<MirroredImage> mirroredImages) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return ineligibleReason(job)
        .or(() ->
            unsupportedKindReason(job.kind())
                .map(reason -> reason + RESUBMIT_HINT + mirroredImages.getLast().mirrorReference()))
        .or(() ->
            rewrite.blockingReason(
                newest.name(), newest.containers(), job.platform(), job.job().executionRole()));
  }

  private static Optional<String> ineligibleReason(SubmittedJob job) {
    if (job.tags().containsKey(SubmittedJob.ORIGIN_TAG)) {
      return Optional.of(
          "it was submitted again from the copy already; see what it says of its pull, or point its"
              + " job definition at the mirror");
    }
    return job.managedByStepFunctions()
        ? Optional.of(
            "an execution of AWS Step Functions submitted it, and submits the next one; point its"
                + " job definition at the mirror")
        : Optional.empty();
  }

  private static Optional<String> unsupportedKindReason(SubmittedJob.Kind kind) {
    return switch (kind) {
      case SINGLE -> Optional.empty();
      case ARRAY ->
          Optional.of("it is an array of jobs, and those that ended well would run twice");
      case MULTI_NODE -> Optional.of("it is a job of several nodes, which start and end together");
      case EKS -> Optional.of("it is a job on Amazon EKS");
    };
  }

  private SubmitJob submit(
      SubmittedJob job, JobDefinition definition, List<MirroredImage> mirroredImages) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return new SubmitJob(
        job, mirroredImages, rewrite.containerImages(), notes(job, rewrite, mirroredImages));
  }

  private static List<String> notes(
      SubmittedJob submitted, ContainerImageRewrite rewrite, List<MirroredImage> mirroredImages) {
    BatchJob job = submitted.job();
    var notes = new ArrayList<String>();
    notes.add(new PullPermissionNote(job.executionRole(), job.queue()).describe(mirroredImages));
    notes.addAll(rewrite.notes());
    notes.add("jobs that waited for it have failed with it, and are to be submitted again");
    if (submitted.hadDependencies()) {
      notes.add("the jobs that it waited for have ended, and the new one waits for none");
    }
    return notes;
  }
}
