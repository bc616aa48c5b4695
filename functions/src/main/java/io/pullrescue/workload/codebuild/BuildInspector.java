package io.pullrescue.workload.codebuild;

import static java.util.Comparator.naturalOrder;

import io.pullrescue.image.Platform;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/**
 * Interprets the record of a build.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html">Build</a>
 */
final class BuildInspector {
  private static final Pattern PULL_REQUEST =
      Pattern.compile("(refs/)?(pr|mr|pull|pull-requests|merge-requests)/");

  private BuildInspector() {}

  /**
   * Returns whether the build ended with an error; false for a build that was stopped or timed out.
   */
  static boolean hasFailed(Build build) {
    return build.buildStatus() == StatusType.FAILED || build.buildStatus() == StatusType.FAULT;
  }

  /** Returns the value of a plaintext environment variable. */
  static Optional<String> plaintextVariable(Build build, String name) {
    return build.environment().environmentVariables().stream()
        .filter(variable -> variable.name().equals(name) && isPlaintext(variable))
        .map(EnvironmentVariable::value)
        .findFirst();
  }

  private static boolean isPlaintext(EnvironmentVariable variable) {
    return variable.type() == null || variable.type() == EnvironmentVariableType.PLAINTEXT;
  }

  /**
   * Returns whether a pull request started the build, by its version or by the variables that
   * CodeBuild sets for webhooks. A batch may overwrite these variables, so that they can deny
   * something, but prove nothing.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html">Environment
   *     variables</a>
   */
  static boolean isStartedByPullRequest(Build build) {
    return isPullRequest(build.sourceVersion())
        || plaintextVariable(build, "CODEBUILD_WEBHOOK_TRIGGER")
            .filter(BuildInspector::isPullRequest)
            .isPresent()
        || plaintextVariable(build, "CODEBUILD_WEBHOOK_EVENT")
            .filter(event -> event.startsWith("PULL_REQUEST"))
            .isPresent();
  }

  /**
   * Returns whether a version of a source names a pull request or merge request, as in {@code
   * pr/25}, {@code refs/pull/25/head^{commit}} or {@code mr/25}.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html">Source
   *     versions</a>
   */
  static boolean isPullRequest(@Nullable String sourceVersion) {
    return sourceVersion != null && PULL_REQUEST.matcher(sourceVersion).lookingAt();
  }

  /** Returns the platform of the build's host, which the environment type begins with. */
  static Platform platform(Build build) {
    var type = build.environment().typeAsString();
    if (type.startsWith("WINDOWS")) {
      return new Platform("windows", "amd64", null);
    }
    return new Platform("linux", type.startsWith("ARM") ? "arm64" : "amd64", null);
  }

  /** Returns the start of the first phase; empty if the record has no times. */
  static Optional<Instant> startTime(Build build) {
    return build.phases().stream()
        .map(BuildPhase::startTime)
        .filter(Objects::nonNull)
        .min(naturalOrder());
  }

  /** Returns the end of the last phase; empty if the record has no times. */
  static Optional<Instant> endTime(Build build) {
    return build.phases().stream()
        .map(BuildPhase::endTime)
        .filter(Objects::nonNull)
        .max(naturalOrder());
  }
}
