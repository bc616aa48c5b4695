package io.pullrescue.workload.codebuild;

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
public final class StartBuildOverrides {
  private static final List<SourceType> STATUS_REPORTING_SOURCES =
      List.of(
          SourceType.GITHUB,
          SourceType.GITHUB_ENTERPRISE,
          SourceType.BITBUCKET,
          SourceType.GITLAB,
          SourceType.GITLAB_SELF_MANAGED);

  private StartBuildOverrides() {}

  /** A request for a build of this project that is like that one. */
  public static StartBuildRequest.Builder from(Build build, Project project) {
    var request =
        StartBuildRequest.builder()
            .projectName(build.projectName())
            .sourceVersion(
                Optional.ofNullable(build.resolvedSourceVersion()).orElse(build.sourceVersion()))
            // CodeBuild would add its own retries to ours.
            .autoRetryLimitOverride(0);
    overrideEnvironment(request, build.environment(), project.environment());
    overrideSource(request, build.source(), project.source());
    if (supportsBuildStatus(build)) {
      request.reportBuildStatusOverride(build.source().reportBuildStatus());
    }
    if (build.hasSecondarySources()) {
      overrideIfDifferent(
          project.secondarySources(),
          build.secondarySources(),
          list -> request.secondarySourcesOverride(list));
    }
    if (!build.secondarySourceVersions().isEmpty()) {
      request.secondarySourcesVersionOverride(build.secondarySourceVersions());
    }
    overrideIfDifferent(
        project.cache(), build.cache(), projectCache -> request.cacheOverride(projectCache));
    overrideIfDifferent(
        project.encryptionKey(), build.encryptionKey(), request::encryptionKeyOverride);
    overrideIfDifferent(
        project.timeoutInMinutes(), build.timeoutInMinutes(), request::timeoutInMinutesOverride);
    overrideIfDifferent(
        project.queuedTimeoutInMinutes(),
        build.queuedTimeoutInMinutes(),
        request::queuedTimeoutInMinutesOverride);
    overrideIfDifferent(
        project.logsConfig(),
        logsConfig(build),
        logsConfig -> request.logsConfigOverride(logsConfig));
    return request;
  }

  private static void overrideEnvironment(
      StartBuildRequest.Builder request, ProjectEnvironment used, ProjectEnvironment configured) {
    if (!used.image().equals(configured.image())) {
      request
          .imageOverride(used.image())
          .imagePullCredentialsTypeOverride(used.imagePullCredentialsType());
    }
    overrideIfDifferent(configured.computeType(), used.computeType(), request::computeTypeOverride);
    overrideIfDifferent(configured.type(), used.type(), request::environmentTypeOverride);
    overrideIfDifferent(
        configured.privilegedMode(), used.privilegedMode(), request::privilegedModeOverride);
    overrideIfDifferent(configured.certificate(), used.certificate(), request::certificateOverride);
    overrideIfDifferent(
        configured.fleet(), used.fleet(), projectFleet -> request.fleetOverride(projectFleet));
    request.environmentVariablesOverride(overriddenVariables(used, configured));
  }

  /** A start merges variables by name; {@code CODEBUILD_} names are CodeBuild's own. */
  private static List<EnvironmentVariable> overriddenVariables(
      ProjectEnvironment used, ProjectEnvironment configured) {
    return used.environmentVariables().stream()
        .filter(variable -> !configured.environmentVariables().contains(variable))
        .filter(variable -> !variable.name().startsWith("CODEBUILD_"))
        .filter(variable -> !variable.name().startsWith("PULL_RESCUE_"))
        .toList();
  }

  /** Whether the source takes a build status at all: others refuse the override. */
  public static boolean supportsBuildStatus(Build build) {
    return STATUS_REPORTING_SOURCES.contains(build.source().type());
  }

  private static void overrideSource(
      StartBuildRequest.Builder request, ProjectSource used, ProjectSource configured) {
    overrideIfDifferent(configured.type(), used.type(), request::sourceTypeOverride);
    overrideIfDifferent(configured.location(), used.location(), request::sourceLocationOverride);
    overrideIfDifferent(
        configured.auth(), used.auth(), sourceAuth -> request.sourceAuthOverride(sourceAuth));
    overrideIfDifferent(configured.buildspec(), used.buildspec(), request::buildspecOverride);
    overrideIfDifferent(
        configured.gitCloneDepth(), used.gitCloneDepth(), request::gitCloneDepthOverride);
    overrideIfDifferent(
        configured.gitSubmodulesConfig(),
        used.gitSubmodulesConfig(),
        gitSubmodulesConfig -> request.gitSubmodulesConfigOverride(gitSubmodulesConfig));
    overrideIfDifferent(configured.insecureSsl(), used.insecureSsl(), request::insecureSslOverride);
    overrideIfDifferent(
        configured.buildStatusConfig(),
        used.buildStatusConfig(),
        buildStatusConfig -> request.buildStatusConfigOverride(buildStatusConfig));
  }

  /** A build tells where its logs went, and with that what its start or project had chosen. */
  private static @Nullable LogsConfig logsConfig(Build build) {
    var logs = build.logs();
    return logs == null || logs.cloudWatchLogs() == null || logs.s3Logs() == null
        ? null
        : LogsConfig.builder().cloudWatchLogs(logs.cloudWatchLogs()).s3Logs(logs.s3Logs()).build();
  }

  /** Overrides what the build used, unless that is what the project says, or nothing. */
  private static <T> void overrideIfDifferent(
      @Nullable T configured, @Nullable T used, Consumer<T> override) {
    if (used != null && !Objects.equals(used, configured)) {
      override.accept(used);
    }
  }
}
