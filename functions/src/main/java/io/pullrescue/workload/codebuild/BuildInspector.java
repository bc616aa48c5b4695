package io.pullrescue.workload.codebuild;

import static java.util.Comparator.naturalOrder;

import io.pullrescue.image.Platform;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
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
