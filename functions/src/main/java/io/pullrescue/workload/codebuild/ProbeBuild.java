package io.pullrescue.workload.codebuild;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.Build;

/**
 * A small build of the same project and version whose only command prints one file of the source.
 *
 * @param failedBuildId the id of the failed build whose source it reads
 * @param path a path as in {@link BuildspecLocation.SourceFile}, which needs no quoting in a shell
 */
record ProbeBuild(String failedBuildId, String path) {
  /** The environment variable that marks a probe build; its value is the failed build's id. */
  static final String VARIABLE = "PULL_RESCUE_PROBE";

  private static final String PATH_VARIABLE = "PULL_RESCUE_PROBE_PATH";

  /**
   * Returns whether a build is a probe build of pull-rescue, which must never be diagnosed or
   * retried.
   */
  static boolean isProbe(Build build) {
    return BuildInspector.plaintextVariable(build, VARIABLE).isPresent();
  }

  /**
   * Returns the probe that a build is; empty if it is not one, or prints another file. Its
   * variables tell, and not its buildspec: it is not known whether CodeBuild returns the text
   * unchanged.
   *
   * @param build a build that pull-rescue started
   */
  static Optional<ProbeBuild> of(Build build, String path) {
    return BuildInspector.plaintextVariable(build, VARIABLE)
        .map(failedBuildId -> new ProbeBuild(failedBuildId, path))
        .filter(probe ->
            BuildInspector.plaintextVariable(build, PATH_VARIABLE)
                .filter(path::equals)
                .isPresent());
  }

  /** Returns everything that the build runs. */
  String buildspec() {
    return """
    version: 0.2
    phases:
      build:
        commands:
          - "%s"
    """
        .formatted(output().command(path).replace("\\", "\\\\").replace("\"", "\\\""));
  }

  /** Returns the variables that mark the build; without a retry state, as it is not a retry. */
  Map<String, String> environmentVariables() {
    return Map.of(VARIABLE, failedBuildId, PATH_VARIABLE, path);
  }

  /** Returns the format of the build's output; the same probe always has the same marker. */
  ProbeOutput output() {
    var name = (failedBuildId + "\n" + path).getBytes(StandardCharsets.UTF_8);
    return new ProbeOutput("pull-rescue-probe " + Digest.of(name).hex().substring(0, 16));
  }
}
