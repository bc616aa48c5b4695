package io.pullrescue.workload.codebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.LogsConfig;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/**
 * Builds StartBuild requests that repeat a build: the same version of the source, and the overrides
 * with which it was started. Values that equal the project's settings are not sent, so that
 * StartBuild validates no more than it did for the original build.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html">
 *     StartBuild</a>
 */
final class StartBuildOverrides {
  private static final List<SourceType> STATUS_REPORTING_SOURCES =
      List.of(
          SourceType.GITHUB,
          SourceType.GITHUB_ENTERPRISE,
          SourceType.BITBUCKET,
          SourceType.GITLAB,
          SourceType.GITLAB_SELF_MANAGED);

  private StartBuildOverrides() {}

  /** Returns a request that repeats a build of a project. */
  static StartBuildRequest.Builder from(Build build, Project project) {
    var request =
        StartBuildRequest.builder()
            .projectName(build.projectName())
            .sourceVersion(SourceVersion.of(build).forRetry())
            // Prevents CodeBuild's own retries in addition to those of pull-rescue.
            .autoRetryLimitOverride(0);
    overrideEnvironment(request, build.environment(), project.environment());
    overrideSource(request, build.source(), project.source());
    if (supportsBuildStatus(build)) {
      // A webhook's build reports its status whatever its source says.
      request.reportBuildStatusOverride(
          BuildInspector.isStartedByWebhook(build)
              ? Boolean.TRUE
              : build.source().reportBuildStatus());
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
    if (storedNoArtifacts(build) && !storesNoArtifacts(project)) {
      request
          .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS))
          .secondaryArtifactsOverride(List.of());
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

  /** StartBuild merges variables by name, and reserves names with {@code CODEBUILD_}. */
  private static List<EnvironmentVariable> overriddenVariables(
      ProjectEnvironment used, ProjectEnvironment configured) {
    return used.environmentVariables().stream()
        .filter(variable -> !configured.environmentVariables().contains(variable))
        .filter(variable -> !variable.name().startsWith("CODEBUILD_"))
        .filter(variable -> !variable.name().startsWith("PULL_RESCUE_"))
        .toList();
  }

  /** Returns whether the source has build statuses; for others StartBuild rejects the override. */
  static boolean supportsBuildStatus(Build build) {
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

  /** Returns the log settings of a build, which its log location repeats. */
  private static @Nullable LogsConfig logsConfig(Build build) {
    var logs = build.logs();
    return logs == null || logs.cloudWatchLogs() == null || logs.s3Logs() == null
        ? null
        : LogsConfig.builder().cloudWatchLogs(logs.cloudWatchLogs()).s3Logs(logs.s3Logs()).build();
  }

  /** Overrides a value that the build used and the project does not have. */
  private static <T> void overrideIfDifferent(
      @Nullable T configured, @Nullable T used, Consumer<T> override) {
    if (used != null && !Objects.equals(used, configured)) {
      override.accept(used);
    }
  }

  /** Returns plaintext environment variables with these names and values. */
  static List<EnvironmentVariable> plaintextVariables(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> plaintextVariable(entry.getKey(), entry.getValue()))
        .toList();
  }

  static EnvironmentVariable plaintextVariable(String name, String value) {
    return EnvironmentVariable.builder()
        .name(name)
        .value(value)
        .type(EnvironmentVariableType.PLAINTEXT)
        .build();
  }

  /** Describes how a repeated build will differ from the original, as StartBuild cannot avoid. */
  static List<String> caveats(Build build, Project project) {
    var caveats = new ArrayList<String>();
    if (BuildInspector.mayBeStartedByWebhook(build, project)) {
      caveats.add(
          "the CODEBUILD_WEBHOOK_ variables of a webhook are not set, because StartBuild cannot set"
              + " them");
    }
    if (SourceVersion.of(build).changesInRetry()) {
      caveats.add("the variable CODEBUILD_SOURCE_VERSION names the commit");
    }
    if (hasOtherArtifacts(build, project)) {
      caveats.add(
          "its artifacts are stored where the project's settings say, not at "
              + build.artifacts().location());
    }
    if (build.autoRetryConfig() != null && build.autoRetryConfig().autoRetryLimit() != null) {
      caveats.add("CodeBuild's own auto-retry is disabled for it");
    }
    return caveats;
  }

  /**
   * Returns whether the build was to store no artifacts. Then CodeBuild records an empty location;
   * otherwise it records the location of a build that failed as well.
   */
  private static boolean storedNoArtifacts(Build build) {
    return build.artifacts() != null && "".equals(build.artifacts().location());
  }

  private static boolean storesNoArtifacts(Project project) {
    return project.artifacts() == null || project.artifacts().type() != ArtifactsType.S3;
  }

  /** A build has the bucket and path of its artifacts, a project the bucket alone. */
  private static boolean hasOtherArtifacts(Build build, Project project) {
    var used = build.artifacts();
    var configured = project.artifacts();
    return used != null
        && used.location() != null
        && !used.location().isEmpty()
        && configured != null
        && configured.location() != null
        && !used.location().contains(configured.location());
  }
}
