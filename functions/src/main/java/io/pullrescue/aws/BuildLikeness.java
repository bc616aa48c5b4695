package io.pullrescue.aws;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.LogsConfig;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
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
    source(request, build.source(), project.source());
    if (reportsStatus(build)) {
      request.reportBuildStatusOverride(build.source().reportBuildStatus());
    }
    if (build.hasSecondarySources()) {
      unless(
          project.secondarySources(),
          build.secondarySources(),
          it -> request.secondarySourcesOverride(it));
    }
    if (!build.secondarySourceVersions().isEmpty()) {
      request.secondarySourcesVersionOverride(build.secondarySourceVersions());
    }
    unless(project.cache(), build.cache(), it -> request.cacheOverride(it));
    unless(project.encryptionKey(), build.encryptionKey(), request::encryptionKeyOverride);
    unless(project.timeoutInMinutes(), build.timeoutInMinutes(), request::timeoutInMinutesOverride);
    unless(
        project.queuedTimeoutInMinutes(),
        build.queuedTimeoutInMinutes(),
        request::queuedTimeoutInMinutesOverride);
    unless(project.logsConfig(), logs(build), it -> request.logsConfigOverride(it));
    return request;
  }

  private static void environment(
      StartBuildRequest.Builder request, ProjectEnvironment used, ProjectEnvironment usual) {
    if (!used.image().equals(usual.image())) {
      request
          .imageOverride(used.image())
          .imagePullCredentialsTypeOverride(used.imagePullCredentialsType());
    }
    unless(usual.computeType(), used.computeType(), request::computeTypeOverride);
    unless(usual.type(), used.type(), request::environmentTypeOverride);
    unless(usual.privilegedMode(), used.privilegedMode(), request::privilegedModeOverride);
    unless(usual.certificate(), used.certificate(), request::certificateOverride);
    unless(usual.fleet(), used.fleet(), it -> request.fleetOverride(it));
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

  private static void source(
      StartBuildRequest.Builder request, ProjectSource used, ProjectSource usual) {
    unless(usual.type(), used.type(), request::sourceTypeOverride);
    unless(usual.location(), used.location(), request::sourceLocationOverride);
    unless(usual.auth(), used.auth(), it -> request.sourceAuthOverride(it));
    unless(usual.buildspec(), used.buildspec(), request::buildspecOverride);
    unless(usual.gitCloneDepth(), used.gitCloneDepth(), request::gitCloneDepthOverride);
    unless(
        usual.gitSubmodulesConfig(),
        used.gitSubmodulesConfig(),
        it -> request.gitSubmodulesConfigOverride(it));
    unless(usual.insecureSsl(), used.insecureSsl(), request::insecureSslOverride);
    unless(
        usual.buildStatusConfig(),
        used.buildStatusConfig(),
        it -> request.buildStatusConfigOverride(it));
  }

  /** A build tells where its logs went, and with that what its start or project had chosen. */
  private static @Nullable LogsConfig logs(Build build) {
    var logs = build.logs();
    return logs == null || logs.cloudWatchLogs() == null || logs.s3Logs() == null
        ? null
        : LogsConfig.builder().cloudWatchLogs(logs.cloudWatchLogs()).s3Logs(logs.s3Logs()).build();
  }

  /** Overrides what the build used, unless that is what the project says, or nothing. */
  private static <T> void unless(@Nullable T usual, @Nullable T used, Consumer<T> override) {
    if (used != null && !Objects.equals(used, usual)) {
      override.accept(used);
    }
  }
}
