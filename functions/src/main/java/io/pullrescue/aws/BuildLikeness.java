package io.pullrescue.aws;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/**
 * Makes a new build like an old one: the same version of the source, and whatever the start of the
 * old one had overridden. What equals the project's own settings is not sent, so that StartBuild
 * checks as little as it did the first time.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html">
 *     StartBuild</a>
 */
final class BuildLikeness {
  private static final List<SourceType> WITH_STATUS =
      List.of(
          SourceType.GITHUB,
          SourceType.GITHUB_ENTERPRISE,
          SourceType.BITBUCKET,
          SourceType.GITLAB,
          SourceType.GITLAB_SELF_MANAGED);

  private BuildLikeness() {}

  /** A request for a build of this project that is like that one. */
  static StartBuildRequest.Builder like(Build build, Project project) {
    var request =
        StartBuildRequest.builder()
            .projectName(build.projectName())
            .sourceVersion(
                Optional.ofNullable(build.resolvedSourceVersion()).orElse(build.sourceVersion()))
            // CodeBuild would add its own retries to ours.
            .autoRetryLimitOverride(0);
    environment(request, build.environment(), project.environment());
    source(request, build, project);
    if (!Objects.equals(build.timeoutInMinutes(), project.timeoutInMinutes())) {
      request.timeoutInMinutesOverride(build.timeoutInMinutes());
    }
    return request;
  }

  private static void environment(
      StartBuildRequest.Builder request, ProjectEnvironment used, ProjectEnvironment usual) {
    if (!used.image().equals(usual.image())) {
      request
          .imageOverride(used.image())
          .imagePullCredentialsTypeOverride(used.imagePullCredentialsType());
    }
    if (used.computeType() != usual.computeType()) {
      request.computeTypeOverride(used.computeType());
    }
    if (used.type() != usual.type()) {
      request.environmentTypeOverride(used.type());
    }
    if (!Objects.equals(used.privilegedMode(), usual.privilegedMode())) {
      request.privilegedModeOverride(used.privilegedMode());
    }
    request.environmentVariablesOverride(overridden(used, usual));
  }

  /** A start merges variables by name; {@code CODEBUILD_} names are CodeBuild's own. */
  private static List<EnvironmentVariable> overridden(
      ProjectEnvironment used, ProjectEnvironment usual) {
    return used.environmentVariables().stream()
        .filter(variable -> !usual.environmentVariables().contains(variable))
        .filter(variable -> !variable.name().startsWith("CODEBUILD_"))
        .filter(variable -> !variable.name().startsWith("PULL_RESCUE_"))
        .toList();
  }

  /** Whether the source takes a build status at all: others refuse the override. */
  static boolean reportsStatus(Build build) {
    return WITH_STATUS.contains(build.source().type());
  }

  private static void source(StartBuildRequest.Builder request, Build build, Project project) {
    if (!build.secondarySourceVersions().isEmpty()) {
      request.secondarySourcesVersionOverride(build.secondarySourceVersions());
    }
    if (build.source().buildspec() != null
        && !build.source().buildspec().equals(project.source().buildspec())) {
      request.buildspecOverride(build.source().buildspec());
    }
    if (reportsStatus(build)) {
      request.reportBuildStatusOverride(build.source().reportBuildStatus());
    }
  }
}
