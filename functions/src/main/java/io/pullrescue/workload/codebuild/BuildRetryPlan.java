package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** The decision how a failed build is retried, or why it is not. */
sealed interface BuildRetryPlan {
  /**
   * Start a new build with the settings of the failed one.
   *
   * @param retryState the state that the new build carries
   * @param environmentImage the mirrored image to run in; null to keep the image
   * @param buildspec the text to run; null to keep the buildspec
   * @param passesCredentials whether the build gets the Docker Hub credentials, if there are any
   */
  record StartBuild(
      RetryState retryState,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec,
      boolean passesCredentials)
      implements BuildRetryPlan {}

  /**
   * Fetch the buildspec, and plan again with its text.
   *
   * @param retryState the state that the new build will carry
   * @param purpose why the text is needed, as the end of a sentence; empty to edit it
   */
  record FetchBuildspec(RetryState retryState, BuildspecLocation.External location, String purpose)
      implements BuildRetryPlan {}

  /**
   * Retry the failed parts of the pipeline stage or batch build.
   *
   * @param retryState the state of the next build
   * @param projectUpdate the change to make first; null if the project references the mirror
   */
  record RetryParent(
      RetryState retryState, ParentExecution parent, @Nullable ProjectUpdate projectUpdate)
      implements BuildRetryPlan {}

  /** No action: the build has already been retried as {@code buildId}. */
  record AlreadyRetried(String buildId) implements BuildRetryPlan {}

  /**
   * Do not retry the build.
   *
   * @param reason the cause, and what the operator can do about it
   */
  record Skip(String reason) implements BuildRetryPlan {}

  /**
   * A change of a project, for a retry that accepts no overrides. The project itself records what
   * it had before, so that the change can be undone.
   *
   * @param retryState the state of the project's next builds, stored in environment variables
   * @param environmentImage the mirrored image to run in; null to keep the image
   * @param buildspec the text to run; null to keep the buildspec
   */
  record ProjectUpdate(
      RetryState retryState,
      @Nullable ImageReference environmentImage,
      @Nullable String buildspec) {}

  /**
   * Decides whether a failed build may change its project for the retry by its parent.
   *
   * <p>A project update applies to all builds of the project, with all that its role may do. So it
   * changes only what failed and is the project's own, puts nothing into the project that comes
   * from the failed build, and follows from no pull request and no other version than the
   * project's.
   */
  final class ProjectUpdateEligibility {
    private static final String PULL_REQUEST_REASON =
        "a pull request may have started it, and must not change the project for all other builds";

    private ProjectUpdateEligibility() {}

    /**
     * Returns why the build may not change its project; empty if what is known about the build
     * itself allows it.
     *
     * @param environmentImage whether the environment image would be changed; else the buildspec
     */
    static Optional<String> skipReason(
        RetryContext context, ParentExecution parent, boolean environmentImage) {
      var build = context.build();
      if (context.mayBeOfPullRequest()) {
        return Optional.of(PULL_REQUEST_REASON);
      }
      return environmentImage
          ? imageReason(build, context.project())
          : buildspecReason(build, context.project(), parent);
    }

    /** A batch may give each of its builds another image. */
    private static Optional<String> imageReason(Build build, Project project) {
      var image = build.environment().image();
      return image.equals(project.environment().image())
              || image.equals(ProjectUpdater.originalEnvironment(project).image())
          ? Optional.empty()
          : Optional.of(
              "its environment image "
                  + TextSanitizer.sanitize(image)
                  + " comes from its batch or from an override, so its project's image is not changed");
    }

    private static Optional<String> buildspecReason(
        Build build, Project project, ParentExecution parent) {
      if (!usesOwnBuildspec(build, project)) {
        return Optional.of(
            "its buildspec or source comes from its batch or from an override, so its project's"
                + " buildspec is not changed");
      }
      // A batch build of a pipeline has the pipeline's artifact as its source.
      return (parent instanceof ParentExecution.PipelineStage || isFromPipeline(project))
              && BuildspecLocation.parse(project.source().buildspec())
                  instanceof BuildspecLocation.SourceFile file
          ? Optional.of(
              "its buildspec "
                  + file
                  + " comes from its pipeline's version of the source, and the text of one version must"
                  + " not become the buildspec of the project, which other pipelines may use; put the"
                  + " buildspec into the project")
          : Optional.empty();
    }

    /** The build may have started before the project was updated, or after. */
    private static boolean usesOwnBuildspec(Build build, Project project) {
      var used = build.source();
      var configured = project.source();
      return used.type() == configured.type()
          && (isFromPipeline(project) || Objects.equals(used.location(), configured.location()))
          && (sameBuildspec(used.buildspec(), configured.buildspec())
              || sameBuildspec(
                  used.buildspec(), ProjectUpdater.originalSource(project).buildspec()));
    }

    /** The source of such a build is the artifact of the pipeline. */
    private static boolean isFromPipeline(Project project) {
      return project.source().type() == SourceType.CODEPIPELINE;
    }

    /** An empty buildspec means the default path, like none. */
    private static boolean sameBuildspec(@Nullable String used, @Nullable String configured) {
      return Objects.requireNonNullElse(used, "")
          .equals(Objects.requireNonNullElse(configured, ""));
    }

    /**
     * Returns why a failed parent may not change the project. The record of the batch says which
     * version it was started with; a version that is a commit does not say from which branch it is.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html#CodeBuild-Type-Project-sourceVersion">
     *     sourceVersion of a project</a>
     */
    static Optional<String> skipReason(RetryReadiness.Ready ready, Project project) {
      if (ready.pullRequestTrigger()
          || new SourceVersion(null, ready.sourceVersion(), null).isPullRequest()) {
        return Optional.of(PULL_REQUEST_REASON);
      }
      return ready.execution() instanceof ParentExecution.BuildBatch
              && !branch(ready.sourceVersion()).equals(branch(project.sourceVersion()))
          ? Optional.of(
              "its batch build was started for the version "
                  + name(ready.sourceVersion())
                  + ", and only a build of the project's own version, "
                  + name(project.sourceVersion())
                  + ", changes the project")
          : Optional.empty();
    }

    /** Returns a version without the prefix of a branch and without its commit. */
    private static String branch(@Nullable String sourceVersion) {
      return Objects.requireNonNullElse(sourceVersion, "")
          .replaceFirst("^refs/heads/", "")
          .replaceFirst("\\^\\{[0-9a-f]{40}}$", "");
    }

    private static String name(@Nullable String sourceVersion) {
      return sourceVersion == null || sourceVersion.isEmpty()
          ? "the default branch"
          : TextSanitizer.sanitize(sourceVersion);
    }
  }
}
