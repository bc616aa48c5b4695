package io.pullrescue.workload.codebuild;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.BuildRetryPlan.AlreadyRetried;
import io.pullrescue.workload.codebuild.BuildRetryPlan.FetchBuildspec;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdateEligibility;
import io.pullrescue.workload.codebuild.BuildRetryPlan.RetryParent;
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/**
 * Plans the retry of a failed build, so that it uses the mirrored images. It makes no requests, and
 * limits the number of retries.
 */
public final class BuildRetryPlanner {
  /** The versions of secondary sources, whose variables end with their names, stay the same. */
  private static final Pattern SOURCE_VERSION_VARIABLE =
      Pattern.compile("CODEBUILD_SOURCE_VERSION(?![A-Za-z0-9_])");

  private static final String CURATED_IMAGES = "aws/codebuild/";
  private static final String FIRST_PHASE = "install";

  private final MirrorNaming mirror;
  private final RetryConfig config;
  private final RetryEligibility eligibility;

  public BuildRetryPlanner(MirrorNaming mirror, RetryConfig config) {
    this.mirror = mirror;
    this.config = config;
    this.eligibility = new RetryEligibility(config);
  }

  /** Plans the retry of a build whose images are mirrored. */
  BuildRetryPlan plan(RetryContext context, List<MirroredImage> mirroredImages) {
    var retryState =
        RetryState.of(context.build(), context.project(), context.isOwnBuild(), mirror);
    var nextAttempt = retryState.nextAttempt(mirroredImages);
    return context
        .history()
        .findRetry(nextAttempt)
        .<BuildRetryPlan>map(AlreadyRetried::new)
        .or(() ->
            eligibility
                .skipReason(context, retryState, mirroredImages)
                .<BuildRetryPlan>map(Skip::new))
        .orElseGet(() -> planRetry(new Request(context, nextAttempt, null)));
  }

  /** Continues a plan with the text of the buildspec that it requested. */
  BuildRetryPlan plan(RetryContext context, FetchBuildspec fetchPlan, String buildspec) {
    return planRetry(new Request(context, fetchPlan.retryState(), buildspec));
  }

  /**
   * A retry that is to be planned.
   *
   * @param retryState the state of the new build
   * @param fetchedBuildspec the text of a buildspec that the build's record does not contain; null
   *     before it was fetched
   */
  private record Request(
      RetryContext context, RetryState retryState, @Nullable String fetchedBuildspec) {
    Build build() {
      return context.build();
    }

    /** What a project update edits is the project's own. */
    BuildspecLocation buildspecLocation() {
      var source =
          ParentExecution.of(build()).isPresent() ? context.project().source() : build().source();
      return BuildspecLocation.parse(source.buildspec());
    }
  }

  /** Checks the retry limit against the retries of the pipeline stage or batch build. */
  Optional<Skip> checkRetryLimit(RetryReadiness.Ready ready) {
    return eligibility.retryLimitReason(ready.retryCount()).map(Skip::new);
  }

  /**
   * Checks whether an update of the project would reach the retried builds. AWS does not document
   * whether RetryBuildBatch reads the project again, or repeats the batch with the settings of its
   * start. A retried build without the variables of an update shows the latter, unless somebody
   * else has retried the batch.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_RetryBuildBatch.html">
   *     RetryBuildBatch</a>
   */
  Optional<Skip> checkEffect(RetryReadiness.Ready ready, RetryContext context) {
    return ready.execution() instanceof ParentExecution.BuildBatch
            && ready.retryCount() > 0
            && BuildInspector.plaintextVariable(context.build(), RetryState.ATTEMPT_VARIABLE)
                .isEmpty()
        ? Optional.of(
            new Skip(
                "its batch build was already retried, without the mirrored image in the settings of"
                    + " the retried build, so that an update of the project may never reach it;"
                    + " start the batch build again, or point the reference at the mirror"))
        : Optional.empty();
  }

  /** Checks whether what started the pipeline or batch build may change the project. */
  Optional<Skip> checkProjectUpdate(RetryParent plan, RetryReadiness.Ready ready, Project project) {
    return Optional.ofNullable(plan.projectUpdate())
        .flatMap(_ -> ProjectUpdateEligibility.skipReason(ready, project))
        .map(reason -> skipProjectUpdate(reason, plan.retryState()));
  }

  private BuildRetryPlan planRetry(Request request) {
    var build = request.build();
    var parent = ParentExecution.of(build);
    if (parent.isEmpty() && build.source().type() == SourceType.CODEPIPELINE) {
      return new Skip(
          "its source is an artifact of a pipeline, with which only the pipeline can start a build;"
              + " retry the stage of the pipeline");
    }
    if (referencesMirror(request.retryState())
        && (parent.isPresent() || !failedInProvisioning(build))) {
      return retry(request, null, null);
    }
    if (parent.isPresent() && config.projectUpdates() == ProjectUpdateMode.OFF) {
      return new Skip(
          noOverridesReason(parent.get())
              + "; point the reference at "
              + latestMirrorReference(request.retryState())
              + ", or set `projectUpdates` to `until-success`");
    }
    var skipReason =
        parent.flatMap(value ->
            ProjectUpdateEligibility.skipReason(
                request.context(), value, failedInProvisioning(build)));
    if (skipReason.isPresent()) {
      return skipProjectUpdate(skipReason.get(), request.retryState());
    }
    return failedInProvisioning(build)
        ? planMirroredEnvironment(request)
        : planImageSubstitution(request);
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

  private BuildRetryPlan planMirroredEnvironment(Request request) {
    var environment = request.build().environment();
    var mirrorReference = ImageReference.parse(environment.image()).flatMap(mirror::resolve);
    var mirroredImage =
        request.retryState().mirroredImages().stream()
            .filter(image -> mirrorReference.equals(mirror.resolve(image.image())))
            .findAny();
    if (mirroredImage.isEmpty()) {
      return new Skip("its environment image is not among the mirrored images");
    }
    return environment.registryCredential() == null
        ? retry(request, mirroredImage.get().mirrorReference(), null)
        : new Skip(
            "its project pulls the environment image with a registry credential, which CodeBuild"
                + " does not allow for an image in Amazon ECR; set the project's image to "
                + mirroredImage.get().mirrorReference());
  }

  private BuildRetryPlan planImageSubstitution(Request request) {
    var context = request.context();
    if (!BuildInspector.mayUseDocker(context.build()) && !context.logsDockerDaemon()) {
      return new Skip(
          "it runs without privileged mode, and its log shows no Docker daemon for which images"
              + " could be substituted; point the reference at "
              + latestMirrorReference(request.retryState()));
    }
    return withBuildspec(request, "", text -> planImageSubstitution(request, text));
  }

  /** Plans with the text of the buildspec, which may have to be fetched first. */
  private static BuildRetryPlan withBuildspec(
      Request request, String purpose, Function<String, BuildRetryPlan> planner) {
    if (request.fetchedBuildspec() != null) {
      return planner.apply(request.fetchedBuildspec());
    }
    return switch (request.buildspecLocation()) {
      case BuildspecLocation.Inline inline -> planner.apply(inline.text());
      case BuildspecLocation.External external ->
          new FetchBuildspec(request.retryState(), external, purpose);
      case BuildspecLocation.Invalid invalid -> new Skip(invalid.reason() + purpose);
    };
  }

  private BuildRetryPlan planImageSubstitution(Request request, String text) {
    var buildspec = Buildspec.parse(text);
    if (buildspec.isEmpty()) {
      return new Skip(Buildspec.invalidReason(text));
    }
    return buildspec
        .get()
        .blockingReason()
        .<BuildRetryPlan>map(Skip::new)
        .orElseGet(() -> planEditedBuildspec(request, buildspec.get()));
  }

  private BuildRetryPlan planEditedBuildspec(Request request, Buildspec buildspec) {
    var substitution =
        withholdsCredentials(request) ? ImageSubstitution.MIRROR : config.imageSubstitution();
    var edited =
        new ImageSubstitutionScript(mirror, substitution)
            .render(request.retryState().mirroredImages())
            .flatMap(command ->
                buildspec.withCommand(command, substitutionPhase(request.build())).stream())
            .toList();
    if (edited.isEmpty()) {
      return new Skip("its buildspec has no list of `commands` to add the image substitution to");
    }
    return edited.stream()
        .filter(BuildRetryPlanner::isAcceptedByCodeBuild)
        .findFirst()
        .map(text -> retry(request, null, text))
        .orElseGet(() ->
            new Skip(
                "its buildspec and the image substitution have more than the %,d characters that CodeBuild accepts in a retry; move commands to a script in the source"
                    .formatted(Buildspec.MAX_CHARACTERS)));
  }

  /**
   * Returns the phase that the image substitution is added to. AWS's own images start Docker before
   * all commands, and Docker can be restarted there while no container runs. Other images start it
   * by a command of the build, before the phase that failed or in it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-custom-image.html">Docker
   *     in a custom image</a>
   * @see <a
   *     href="https://github.com/aws/aws-codebuild-docker-images/blob/master/ubuntu/standard/7.0/dockerd-entrypoint.sh">Docker
   *     in AWS's images</a>
   */
  private static String substitutionPhase(Build build) {
    return build.environment().image().startsWith(CURATED_IMAGES)
        ? FIRST_PHASE
        : FailedPhase.of(build).map(FailedPhase::firstType).orElse(FIRST_PHASE);
  }

  private static boolean isAcceptedByCodeBuild(String buildspec) {
    return buildspec.length() <= Buildspec.MAX_CHARACTERS;
  }

  /** The operator's credentials are not given to what a stranger may have written. */
  private boolean withholdsCredentials(Request request) {
    return config.imageSubstitution() == ImageSubstitution.LOGIN
        && request.context().mayBeOfPullRequest();
  }

  /** Only the parent can retry its builds, with settings from the project instead of overrides. */
  private BuildRetryPlan retry(
      Request request, @Nullable ImageReference image, @Nullable String buildspec) {
    var retryState = request.retryState();
    var projectUpdate =
        image == null && buildspec == null ? null : new ProjectUpdate(retryState, image, buildspec);
    return ParentExecution.of(request.build())
        .<BuildRetryPlan>map(parent -> new RetryParent(retryState, parent, projectUpdate))
        .orElseGet(() ->
            startUnlessGuarded(
                request,
                new StartBuild(retryState, image, buildspec, !withholdsCredentials(request))));
  }

  /**
   * A retry has no variables of a webhook, another initiator, and sometimes another source version.
   * A buildspec that reads them may then do what the failed build would not have done, such as a
   * release. The retry of a retry differs in nothing. A parent execution starts its builds itself,
   * as it did before.
   */
  private BuildRetryPlan startUnlessGuarded(Request request, StartBuild plan) {
    var context = request.context();
    if (!context.unknownOverrides().isEmpty()) {
      return new Skip(
          "it was started with settings that this version does not know ("
              + TextSanitizer.sanitize(String.join(", ", context.unknownOverrides()))
              + "), so that a retry would lose them; start it again as it was started");
    }
    if (config.webhookGuards() == WebhookGuards.IGNORE || context.isOwnBuild()) {
      return plan;
    }
    var isAtHand =
        request.fetchedBuildspec() != null
            || BuildspecLocation.parse(request.build().source().buildspec())
                instanceof BuildspecLocation.Inline;
    // Other builds differ in their initiator alone, which is not worth a probe build.
    return isAtHand || context.mayBeStartedByWebhook()
        ? withBuildspec(
            request,
            "; a webhook may have started the build, so its buildspec must not depend on the"
                + " webhook's variables, unless `webhookGuards` is `ignore`",
            text ->
                changedVariable(context, text)
                    .<BuildRetryPlan>map(BuildRetryPlanner::guardedSkip)
                    .orElse(plan))
        : plan;
  }

  private static Skip guardedSkip(String variable) {
    return new Skip(
        "its buildspec reads "
            + variable
            + ", which would differ in a retry, so that it might do something else than the failed"
            + " build; start it again as it was started, or set `webhookGuards` to `ignore`");
  }

  /** Returns a variable that a buildspec mentions and that a retry would change. */
  private static Optional<String> changedVariable(RetryContext context, String buildspec) {
    if (context.mayBeStartedByWebhook() && buildspec.contains("CODEBUILD_WEBHOOK_")) {
      return Optional.of("CODEBUILD_WEBHOOK_ variables");
    }
    if (buildspec.contains("CODEBUILD_INITIATOR")) {
      return Optional.of("CODEBUILD_INITIATOR");
    }
    return SourceVersion.of(context.build()).changesInRetry()
            && SOURCE_VERSION_VARIABLE.matcher(buildspec).find()
        ? Optional.of("CODEBUILD_SOURCE_VERSION")
        : Optional.empty();
  }
}
