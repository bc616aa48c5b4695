package io.pullrescue.workload.codebuild;

import java.time.Instant;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * What was read about a failed build before its retry is planned.
 *
 * @param history the recent builds of the project
 * @param now the time at which the retry is planned
 */
record RetryContext(Build build, Project project, BuildHistory history, Instant now) {
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
   * their source version. A retry may, unless it was trusted with credentials before.
   */
  boolean mayBeOfPullRequest() {
    var version = SourceVersion.of(build);
    if (isOwnBuild()) {
      return version.isPullRequest()
          || build.environment().environmentVariables().stream()
              .noneMatch(variable -> variable.name().equals(DockerHubVariables.PASSWORD));
    }
    return version.isPullRequest()
        || (mayBeStartedByWebhook() && !BuildInspector.isStartedByGitHub(build));
  }
}
