package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.Build;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A small build of the same project and version whose only command prints one file of the source.
 *
 * @param failedBuildId the id of the failed build that it is for
 * @param path of plain names, as {@link BuildspecLocation.SourceFile} has it
 */
public record ProbeBuild(String failedBuildId, String path) {
  /** The probe that this build is; empty where it is none, or prints another file. */
  static Optional<ProbeBuild> of(Build build, String path) {
    return build
        .environment()
        .plaintextVariable(Build.PROBE_VARIABLE)
        .map(failedBuildId -> new ProbeBuild(failedBuildId, path))
        .filter(probe -> probe.buildspec().equals(build.source().buildspec()));
  }

  /** All that the build runs: whoever sets our variables cannot make another build look like it. */
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

  /**
   * The variables that mark it. The chain's are left out: a build that carries those is an attempt.
   */
  public Map<String, String> environmentVariables() {
    return Map.of(Build.PROBE_VARIABLE, failedBuildId);
  }

  /** What it prints. The same probe always prints the same marks. */
  ProbeOutput output() {
    var name = (failedBuildId + "\n" + path).getBytes(StandardCharsets.UTF_8);
    return new ProbeOutput("pull-rescue-probe " + Digest.of(name).hex().substring(0, 16));
  }
}
