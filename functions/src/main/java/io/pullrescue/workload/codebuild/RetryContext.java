package io.pullrescue.workload.codebuild;

import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * What was read about a failed build before its retry is planned.
 *
 * @param history the recent builds of the project
 * @param logsDockerDaemon whether the failed phase printed what a Docker daemon answers
 * @param unknownOverrides the settings with which the build was started and that this version
 *     cannot repeat, because the model of the SDK does not know them
 * @param now the time at which the retry is planned
 */
record RetryContext(
    Build build,
    Project project,
    BuildHistory history,
    boolean logsDockerDaemon,
    List<String> unknownOverrides,
    Instant now) {
  RetryContext {
    unknownOverrides = List.copyOf(unknownOverrides);
  }

  /** Returns whether pull-rescue itself started the build. */
  boolean isOwnBuild() {
    return history.isOwn(build);
  }

  /** Returns whether a webhook may have started the build. */
  boolean mayBeStartedByWebhook() {
    return !isOwnBuild() && BuildInspector.mayBeStartedByWebhook(build, project);
  }

  /**
   * Returns whether the build may run the code of a pull request. Only GitHub's builds name it in
   * their source version; those of AWS CodeCommit are started by a rule of EventBridge or a Lambda
   * function. A retry may, unless it was trusted with credentials before.
   */
  boolean mayBeOfPullRequest() {
    var version = SourceVersion.of(build);
    if (isOwnBuild()) {
      return version.isPullRequest()
          || build.environment().environmentVariables().stream()
              .noneMatch(variable -> variable.name().equals(DockerHubVariables.PASSWORD));
    }
    return version.isPullRequest() || !BuildInspector.isStartedByTrusted(build);
  }
}
