package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.image.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A small build of the same project and version whose only command prints one file of the source.
 *
 * @param origin the id of the failed build that it is for
 * @param path of plain names, as {@link BuildspecPlace.InSource} has it
 */
public record Probe(String origin, String path) {
  /** The probe that this build is; empty where it is none, or prints another file. */
  static Optional<Probe> of(Build build, String path) {
    return build
        .environment()
        .plainText(Build.PROBE)
        .map(origin -> new Probe(origin, path))
        .filter(probe -> probe.buildspec().equals(build.source().buildspec()));
  }

  /** All that the build runs: whoever sets our variables cannot make another build look like it. */
  public String buildspec() {
    return """
    version: 0.2
    phases:
      build:
        commands:
          - "%s"
    """
        .formatted(printout().command(path).replace("\\", "\\\\").replace("\"", "\\\""));
  }

  /**
   * The variables that mark it. The chain's are left out: a build that carries those is an attempt.
   */
  public Map<String, String> variables() {
    return Map.of(Build.PROBE, origin);
  }

  /** What it prints. The same probe always prints the same marks. */
  Printout printout() {
    var name = (origin + "\n" + path).getBytes(StandardCharsets.UTF_8);
    return new Printout("pull-rescue-probe " + Digest.of(name).hex().substring(0, 16));
  }
}
