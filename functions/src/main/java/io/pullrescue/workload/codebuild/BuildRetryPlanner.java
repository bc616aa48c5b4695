package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.BuildRetryPlan.AlreadyRetried;
import io.pullrescue.workload.codebuild.BuildRetryPlan.FetchBuildspec;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
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
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * Plans the retry of a failed build, so that it uses the mirrored images. It makes no requests, and
 * limits the number of retries.
 */
public final class BuildRetryPlanner {
  private final MirrorNaming mirror;
  private final RetryConfig config;
  private final RetryEligibility eligibility;
  private final ImageSubstitutionScript script;

  public BuildRetryPlanner(MirrorNaming mirror, RetryConfig config) {
    this.mirror = mirror;
    this.config = config;
    this.eligibility = new RetryEligibility(config);
    this.script = new ImageSubstitutionScript(mirror, config.imageSubstitution());
  }

  /** Plans the retry of a build whose images are mirrored. */
  BuildRetryPlan plan(RetryContext context, List<MirroredImage> mirroredImages) {
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
        .orElseGet(() -> planRetry(context, retryState.nextAttempt(mirroredImages)));
  }

  /** Continues a plan with the text of the buildspec that it requested. */
  BuildRetryPlan plan(Build build, FetchBuildspec fetchPlan, String buildspec) {
    return planImageSubstitution(build, fetchPlan.retryState(), buildspec);
  }

  /** Checks the retry limit against the retries of the pipeline stage or batch build. */
  Optional<Skip> checkRetryLimit(RetryReadiness.Ready ready) {
    return eligibility.retryLimitReason(ready.retryCount()).map(Skip::new);
  }

  /** Checks whether what started the pipeline or batch build may change the project. */
  Optional<Skip> checkProjectUpdate(RetryParent plan, RetryReadiness.Ready ready, Project project) {
    return Optional.ofNullable(plan.projectUpdate())
        .flatMap(_ -> ProjectUpdateEligibility.skipReason(plan.parent(), ready, project))
        .map(reason -> skipProjectUpdate(reason, plan.retryState()));
  }

  private BuildRetryPlan planRetry(RetryContext context, RetryState retryState) {
    var build = context.build();
    var parent = ParentExecution.of(build);
    if (referencesMirror(retryState) && (parent.isPresent() || !failedInProvisioning(build))) {
      return retry(build, retryState, null, null);
    }
    if (parent.isPresent() && config.projectUpdates() == ProjectUpdateMode.OFF) {
      return new Skip(
          noOverridesReason(parent.get())
              + "; point the reference at "
              + latestMirrorReference(retryState)
              + ", or set `projectUpdates` to `until-success`");
    }
    var skipReason =
        parent.flatMap(value ->
            ProjectUpdateEligibility.skipReason(context, value, failedInProvisioning(build)));
    if (skipReason.isPresent()) {
      return skipProjectUpdate(skipReason.get(), retryState);
    }
    if (failedInProvisioning(build)) {
      return planMirroredEnvironment(build, retryState);
    }
    var source = parent.isPresent() ? context.project().source() : build.source();
    return planImageSubstitution(build, retryState, BuildspecLocation.parse(source.buildspec()));
  }

  private static Skip skipProjectUpdate(String reason, RetryState retryState) {
    return new Skip(reason + "; point the reference at " + latestMirrorReference(retryState));
  }

  /** Returns whether the build uses the mirror's own names, which need no substitution. */
  private boolean referencesMirror(RetryState retryState) {
    return retryState.mirroredImages().stream()
        .allMatch(mirroredImage -> mirror.upstreamReference(mirroredImage.image()).isPresent());
  }

  private static boolean failedInProvisioning(Build build) {
    return FailedPhase.of(build).filter(FailedPhase::isProvisioning).isPresent();
  }

  private static String noOverridesReason(ParentExecution parent) {
    return switch (parent) {
      case ParentExecution.PipelineStage _ ->
          "it was started by CodePipeline, whose stage retry accepts no overrides";
      case ParentExecution.BuildBatch _ ->
          "it is part of a batch build, whose retry accepts no overrides";
    };
  }

  private static ImageReference latestMirrorReference(RetryState retryState) {
    return retryState.mirroredImages().getLast().mirrorReference();
  }

  private BuildRetryPlan planMirroredEnvironment(Build build, RetryState retryState) {
    var mirrorReference =
        ImageReference.parse(build.environment().image()).flatMap(mirror::resolve);
    var mirroredImage =
        retryState.mirroredImages().stream()
            .filter(image -> mirrorReference.equals(mirror.resolve(image.image())))
            .findAny();
    if (mirroredImage.isEmpty()) {
      return new Skip("its environment image is not among the mirrored images");
    }
    return build.environment().registryCredential() == null
        ? retry(build, retryState, mirroredImage.get().mirrorReference(), null)
        : new Skip(
            "its project pulls the environment image with a registry credential, which CodeBuild"
                + " does not allow for an image in Amazon ECR; set the project's image to "
                + mirroredImage.get().mirrorReference());
  }

  private BuildRetryPlan planImageSubstitution(
      Build build, RetryState retryState, BuildspecLocation location) {
    if (!Boolean.TRUE.equals(build.environment().privilegedMode())) {
      return new Skip(
          "it runs without privileged mode, so it has no Docker daemon for which images could be"
              + " substituted; point the reference at "
              + latestMirrorReference(retryState));
    }
    return switch (location) {
      case BuildspecLocation.Inline inline ->
          planImageSubstitution(build, retryState, inline.text());
      case BuildspecLocation.External external -> new FetchBuildspec(retryState, external);
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
        .orElseGet(() ->
            new Skip("its buildspec has no list of `commands` to add the image substitution to"));
  }

  /** Only the parent can retry its builds, with settings from the project instead of overrides. */
  private static BuildRetryPlan retry(
      Build build,
      RetryState retryState,
      @Nullable ImageReference image,
      @Nullable String buildspec) {
    var projectUpdate =
        image == null && buildspec == null ? null : new ProjectUpdate(retryState, image, buildspec);
    return ParentExecution.of(build)
        .<BuildRetryPlan>map(parent -> new RetryParent(retryState, parent, projectUpdate))
        .orElseGet(() -> new StartBuild(retryState, image, buildspec));
  }
}
