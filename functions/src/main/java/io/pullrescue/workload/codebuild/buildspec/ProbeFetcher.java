package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Text;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Unreadable;
import io.pullrescue.workload.codebuild.log.BuildLogReaderPort;
import io.pullrescue.workload.codebuild.log.LogResult;
import io.pullrescue.workload.codebuild.log.TimeRange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a file of a source by a probe, and starts one where none has looked yet. */
public final class ProbeFetcher {
  /** A commit never changes; a branch, or an object without a version, may since then. */
  private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  private final ProbeStarterPort probeStarter;
  private final BuildLogReaderPort buildLog;

  /** Starts these probes and reads their logs. */
  public ProbeFetcher(ProbeStarterPort probeStarter, BuildLogReaderPort buildLog) {
    this.probeStarter = probeStarter;
    this.buildLog = buildLog;
  }

  /** The file at this path in the source of this build. */
  BuildspecFetchResult fetch(Build build, String path) {
    var recentProbes = probeStarter.findRecent(build.project());
    return fromOwnProbe(recentProbes, build, path)
        .or(() -> fromSameCommit(recentProbes, build, path))
        .orElseGet(() ->
            new Pending(
                "probe "
                    + probeStarter.start(build, new ProbeBuild(build.id(), path))
                    + " reads "
                    + path));
  }

  private Optional<BuildspecFetchResult> fromOwnProbe(
      List<Build> recentProbes, Build build, String path) {
    var ownProbe = new ProbeBuild(build.id(), path);
    return recentProbes.stream()
        .filter(candidate -> ProbeBuild.of(candidate, path).filter(ownProbe::equals).isPresent())
        .findFirst()
        .map(element -> result(element, ownProbe));
  }

  /** What others have read of the same commit counts; where they failed, we look ourselves. */
  private Optional<BuildspecFetchResult> fromSameCommit(
      List<Build> recentProbes, Build build, String path) {
    return recentProbes.stream()
        .filter(candidate -> hasSameCommit(candidate, build))
        .flatMap(
            element -> ProbeBuild.of(element, path).map(probe -> result(element, probe)).stream())
        .filter(buildspecFetchResult -> !(buildspecFetchResult instanceof Unreadable))
        .findFirst();
  }

  private static boolean hasSameCommit(Build probe, Build build) {
    var version = build.sourceVersion();
    return version != null
        && COMMIT_ID.matcher(version).matches()
        && version.equals(probe.sourceVersion())
        && probe.source().type().equals(build.source().type())
        && Objects.equals(probe.source().location(), build.source().location());
  }

  private BuildspecFetchResult result(Build build, ProbeBuild probe) {
    return switch (build.status()) {
      case "IN_PROGRESS" -> new Pending("probe " + build.id() + " has not ended");
      case "SUCCEEDED" -> readOutput(build, probe);
      default ->
          new Unreadable(
              "probe "
                  + build.id()
                  + ", which was to read "
                  + probe.path()
                  + ", is "
                  + describeFailure(build));
    };
  }

  private static String describeFailure(Build build) {
    return build
        .failedPhase()
        .map(phase ->
            build.status() + " in " + phase.type() + " " + TextSanitizer.sanitize(phase.context()))
        .orElse(build.status());
  }

  private BuildspecFetchResult readOutput(Build build, ProbeBuild probe) {
    var location = build.logLocation();
    if (location == null) {
      return new Unreadable("probe " + build.id() + " keeps no log");
    }
    return switch (buildLog.readTail(location, TimeRange.UNBOUNDED)) {
      case LogResult.Lines lines -> readOutput(lines.lines(), build, probe);
      case LogResult.NotYetAvailable notYetAvailable ->
          new Pending("probe " + build.id() + ": " + notYetAvailable.reason());
      case LogResult.AccessDenied accessDenied ->
          new Unreadable(
              "the log of probe " + build.id() + " cannot be read: " + accessDenied.reason());
    };
  }

  private static BuildspecFetchResult readOutput(
      List<String> lines, Build build, ProbeBuild probe) {
    return probe
        .output()
        .parse(lines)
        .map(file -> toFetchResult(file, probe.path()))
        .orElseGet(() -> new Pending("the log of probe " + build.id() + " is not complete"));
  }

  private static BuildspecFetchResult toFetchResult(FetchResult file, String path) {
    return switch (file) {
      case FetchResult.Found found -> new Text(found.text());
      case FetchResult.NotFound _ -> new Unreadable("its source has no file " + path);
      case FetchResult.Unavailable unavailable ->
          new Unreadable("its buildspec " + path + " cannot be read: " + unavailable.reason());
    };
  }
}
