package io.pullrescue.workload.batch;

import static java.util.stream.Collectors.joining;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ContainerImageRewrite;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.batch.ResubmitPlan.NoAction;
import io.pullrescue.workload.batch.ResubmitPlan.Skip;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans whether a failed job is submitted again with mirrored images. Calls no API. */
final class ResubmitPlanner {
  private final MirrorNaming mirror;
  private final WorkloadRetryMode retryMode;
  private final PassableRoles roles;

  ResubmitPlanner(MirrorNaming mirror, WorkloadRetryMode retryMode, PassableRoles roles) {
    this.mirror = mirror;
    this.retryMode = retryMode;
    this.roles = roles;
  }

  /**
   * Returns the plan for this job.
   *
   * @param definition the job definition of the job
   * @param newest the newest active revision of the definition
   * @param mirroredImages the mirrored images that the job needs
   */
  ResubmitPlan plan(
      BatchJob job,
      JobDefinitionRevision definition,
      JobDefinitionRevision newest,
      List<MirroredImage> mirroredImages) {
    var rewrite = definition.rewriteImages(mirror, mirroredImages);
    return retryMode
        .skipReason("batchRetry", "job " + job.id(), job.tags(), definition.tags())
        .<ResubmitPlan>map(NoAction::new)
        .or(() -> blockingReason(job, definition, newest, rewrite).map(Skip::new))
        .orElseGet(() ->
            new SubmitJob(
                job,
                definition,
                newest,
                mirroredImages,
                rewrite.containerImages(),
                notes(job, rewrite)));
  }

  private Optional<String> blockingReason(
      BatchJob job,
      JobDefinitionRevision definition,
      JobDefinitionRevision newest,
      ContainerImageRewrite rewrite) {
    return ineligibleReason(job)
        .or(() ->
            retryMode.untaggedDefinitionReason(
                "job definition " + definition.name(), definition.tags()))
        .or(() -> ranReason(job))
        .or(() -> unknownOverridesReason(job, definition))
        .or(() ->
            unsupportedKindReason(job.kind())
                .map(reason ->
                    reason
                        + "; submit it again with "
                        + rewrite.mirroredImages().getLast().mirrorReference()))
        .or(() ->
            rewrite.blockingReason(
                newest.name(), newest.containers(), job.platform(), job.executionRole()))
        .or(() -> roles.blockingReason(definition.roles()));
  }

  private static Optional<String> ineligibleReason(BatchJob job) {
    if (job.tags().containsKey(BatchJob.ORIGIN_TAG)) {
      return Optional.of(
          "it is already a retry with mirrored images; read why its pull failed, or use the mirror"
              + " in its job definition");
    }
    return job.managedByStepFunctions()
        ? Optional.of(
            "it was submitted by an execution of AWS Step Functions, which submits the next one;"
                + " use the mirror in its job definition")
        : Optional.empty();
  }

  /** What a container did, such as an import, is not done twice. */
  private static Optional<String> ranReason(BatchJob job) {
    return job.ran()
        ? Optional.of(
            "a container of it ran, in this attempt or in one before it, and would do its work"
                + " twice; submit it again if that does no harm")
        : Optional.empty();
  }

  /**
   * DescribeJobs merges the overrides of a job with its definition. What the SDK does not know is
   * an override if the definition does not have the same.
   */
  private static Optional<String> unknownOverridesReason(
      BatchJob job, JobDefinitionRevision definition) {
    var overrides =
        job.unknownMembers().entrySet().stream()
            .filter(member ->
                member.getKey().startsWith("container.")
                    || member.getKey().startsWith("ecsProperties."))
            .filter(member ->
                !member
                    .getValue()
                    .equals(
                        definition
                            .unknownSettings()
                            .get(
                                member.getKey().replaceFirst("^container", "containerProperties"))))
            .map(Map.Entry::getKey)
            .sorted()
            .collect(joining(", "));
    return overrides.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it has settings that this version does not know: "
                + TextSanitizer.sanitize(overrides)
                + "; submit it again with the mirror in its job definition");
  }

  private static Optional<String> unsupportedKindReason(BatchJob.Kind kind) {
    return switch (kind) {
      case SINGLE -> Optional.empty();
      case ARRAY ->
          Optional.of("it is an array job, and children that have succeeded would run twice");
      case MULTI_NODE ->
          Optional.of("it is a multi-node parallel job, whose nodes start and end together");
      case EKS -> Optional.of("it is a job on Amazon EKS");
    };
  }

  private static List<String> notes(BatchJob job, ContainerImageRewrite rewrite) {
    var notes = new ArrayList<String>();
    notes.add(rewrite.pullPermissionNote(job.executionRole(), job.detail().jobQueue()));
    notes.addAll(rewrite.omittedCredentialsNotes());
    notes.add("jobs that depend on it have failed with it and must be submitted again");
    if (job.hadDependencies()) {
      notes.add("the new job has no dependencies, because those of the original job have ended");
    }
    return notes;
  }
}
