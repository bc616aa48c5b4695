package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.BuildRetryPlan.AlreadyRetried;
import io.pullrescue.workload.codebuild.BuildRetryPlan.FetchBuildspec;
import io.pullrescue.workload.codebuild.BuildRetryPlan.RetryParent;
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides how a failed build runs again, so that it uses the copies. Pure; never a loop. */
public final class BuildRetryPlanner {
  private final MirrorNaming mirror;
  private final RetryConfig config;
  private final RetryEligibility eligibility;
  private final ImageSubstitutionScript script;

  /** Plans with the copies of this mirror, as far as these rules go. */
  public BuildRetryPlanner(MirrorNaming mirror, RetryConfig config) {
    this.mirror = mirror;
    this.config = config;
    this.eligibility = new RetryEligibility(config);
    this.script = new ImageSubstitutionScript(mirror, config.imageSubstitution());
  }

  /** The plan for this build, now that these copies are in the mirror. */
  public BuildRetryPlan plan(RetryContext context, List<MirroredImage> mirroredImages) {
    var build = context.build();
    var retryState = RetryState.of(build, mirror);
    return eligibility
        .skipReason(context, retryState, mirroredImages)
        .<BuildRetryPlan>map(Skip::new)
        .or(() ->
            context
                .history()
                .findRetry(retryState.nextAttempt(mirroredImages))
                .map(AlreadyRetried::new))
        .orElseGet(() -> planRetry(build, retryState.nextAttempt(mirroredImages)));
  }

  /** How the plan goes on, now that this text was read where the buildspec is kept. */
  BuildRetryPlan plan(FetchBuildspec fetchPlan, String buildspec) {
    return planImageSubstitution(fetchPlan.original(), fetchPlan.retryState(), buildspec);
  }

  /** How the plan goes on, now that the stage or batch is known to have been retried so often. */
  Optional<Skip> checkRetryLimit(RetryReadiness.Ready ready) {
    return eligibility.retryLimitReason(ready.retryCount()).map(Skip::new);
  }

  private BuildRetryPlan planRetry(Build build, RetryState retryState) {
    if (referencesMirror(retryState) && (parentOf(build).isPresent() || !isProvisioning(build))) {
      return retry(build, retryState, null, null);
    }
    if (parentOf(build).isPresent() && config.projectUpdates() == ProjectUpdateMode.OFF) {
      return new Skip(
          noOverridesReason(build)
              + "; point the reference at "
              + retryState.mirroredImages().getLast().mirrorReference()
              + ", or allow pull-rescue to change projects (the setting projectChanges)");
    }
    return isProvisioning(build)
        ? planMirroredEnvironment(build, retryState)
        : planImageSubstitution(build, retryState);
  }

  /** What names the mirror itself finds the copies without being changed. */
  private boolean referencesMirror(RetryState retryState) {
    return retryState.mirroredImages().stream()
        .allMatch(mirroredImage -> mirror.upstreamReference(mirroredImage.image()).isPresent());
  }

  private static boolean isProvisioning(Build build) {
    return build.failedPhase().filter(Build.Phase::isProvisioning).isPresent();
  }

  private static String noOverridesReason(Build build) {
    return build.buildBatchId() == null
        ? "CodePipeline started it, and a pipeline retries with what the project says"
        : "it is part of a batch build, which retries with what the project says";
  }

  private BuildRetryPlan planMirroredEnvironment(Build build, RetryState retryState) {
    var mirrorReference =
        ImageReference.parse(build.environment().image()).flatMap(mirror::resolve);
    var mirroredImage =
        retryState.mirroredImages().stream()
            .filter(image -> mirrorReference.equals(mirror.resolve(image.image())))
            .findAny();
    if (mirroredImage.isEmpty()) {
      return new Skip("its environment image is not among the images that were copied");
    }
    return build.environment().hasRegistryCredential()
        ? new Skip(
            "its project pulls the environment image with a registry credential, which CodeBuild"
                + " does not allow for an image in ECR; set the project's image to "
                + mirroredImage.get().mirrorReference())
        : retry(build, retryState, mirroredImage.get().mirrorReference(), null);
  }

  private BuildRetryPlan planImageSubstitution(Build build, RetryState retryState) {
    if (!build.environment().privileged()) {
      return new Skip(
          "it runs without privileged mode, so no docker daemon that could be given the copies;"
              + " point the reference at "
              + retryState.mirroredImages().getLast().mirrorReference());
    }
    return switch (BuildspecLocation.parse(build.source().buildspec())) {
      case BuildspecLocation.Inline inline ->
          planImageSubstitution(build, retryState, inline.text());
      case BuildspecLocation.External external -> new FetchBuildspec(build, retryState, external);
      case BuildspecLocation.Invalid invalid -> new Skip(invalid.reason());
    };
  }

  private BuildRetryPlan planImageSubstitution(Build build, RetryState retryState, String text) {
    var buildspec = Buildspec.parse(text);
    if (buildspec.isEmpty()) {
      return new Skip(Buildspec.invalidReason(text));
    }
    return buildspec
        .get()
        .blockingReason()
        .<BuildRetryPlan>map(Skip::new)
        .orElseGet(() -> planEditedBuildspec(build, retryState, buildspec.get()));
  }

  private BuildRetryPlan planEditedBuildspec(
      Build build, RetryState retryState, Buildspec buildspec) {
    return buildspec
        .withFirstCommand(script.render(retryState.mirroredImages()))
        .map(text -> retry(build, retryState, null, text))
        .orElseGet(() -> new Skip("its buildspec has no list of commands that could be added to"));
  }

  /** Who starts it decides who can start it again, and where what it needs is put. */
  private static BuildRetryPlan retry(
      Build build,
      RetryState retryState,
      @Nullable ImageReference image,
      @Nullable String buildspec) {
    var projectUpdate =
        image == null && buildspec == null
            ? null
            : new ProjectUpdate(build.project(), retryState, image, buildspec);
    return parentOf(build)
        .<BuildRetryPlan>map(parent -> new RetryParent(build, retryState, parent, projectUpdate))
        .orElseGet(() -> new StartBuild(build, retryState, image, buildspec));
  }

  private static Optional<ParentExecution> parentOf(Build build) {
    return build.buildBatchId() == null
        ? build.pipelineName().map(ParentExecution.PipelineStage::new)
        : Optional.of(new ParentExecution.BuildBatch(build.buildBatchId()));
  }
}
