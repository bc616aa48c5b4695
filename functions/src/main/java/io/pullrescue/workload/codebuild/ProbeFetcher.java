package io.pullrescue.workload.codebuild;

import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import io.pullrescue.workload.codebuild.log.BuildLogReader;
import io.pullrescue.workload.codebuild.log.LogResult;
import io.pullrescue.workload.codebuild.log.TimeRange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Reads a file of a source from the log of a probe build, and starts one if there is none. */
public final class ProbeFetcher {
  /** A commit never changes, unlike a branch or the current version of an object. */
  private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  private final ProbeStarter probeStarter;
  private final BuildLogReader logReader;

  public ProbeFetcher(ProbeStarter probeStarter, BuildLogReader logReader) {
    this.probeStarter = probeStarter;
    this.logReader = logReader;
  }

  /** Fetches a file of the source of the failed build. */
  FetchResult fetch(String path, RetryContext context) {
    var probes = context.history().probes();
    return fromOwnProbe(probes, context.build(), path)
        .or(() -> fromSameCommit(probes, context.build(), path))
        .orElseGet(() -> startProbe(path, context));
  }

  private FetchResult startProbe(String path, RetryContext context) {
    var probe = new ProbeBuild(context.build().id(), path);
    var id = probeStarter.start(probe, context.build(), context.project());
    return new Pending("probe build " + id + " reads " + path);
  }

  private Optional<FetchResult> fromOwnProbe(List<Build> probes, Build build, String path) {
    var ownProbe = new ProbeBuild(build.id(), path);
    return probes.stream()
        .filter(candidate -> ProbeBuild.of(candidate, path).filter(ownProbe::equals).isPresent())
        .findFirst()
        .map(candidate -> result(candidate, ownProbe));
  }

  /** Uses the probe of another build of the same commit, unless that probe read nothing. */
  private Optional<FetchResult> fromSameCommit(List<Build> probes, Build build, String path) {
    return probes.stream()
        .filter(candidate -> hasSameCommit(candidate, build))
        .flatMap(candidate ->
            ProbeBuild.of(candidate, path).map(probe -> result(candidate, probe)).stream())
        .filter(result -> result instanceof Found || result instanceof Pending)
        .findFirst();
  }

  private static boolean hasSameCommit(Build probe, Build build) {
    var commit = SourceVersion.of(build).commit();
    return commit.filter(id -> COMMIT_ID.matcher(id).matches()).isPresent()
        && commit.equals(SourceVersion.of(probe).commit())
        && probe.source().type() == build.source().type()
        && Objects.equals(probe.source().location(), build.source().location());
  }

  private FetchResult result(Build build, ProbeBuild probe) {
    if (build.buildStatus() == StatusType.IN_PROGRESS) {
      return new Pending("probe build " + build.id() + " has not ended");
    }
    return build.buildStatus() == StatusType.SUCCEEDED
        ? readOutput(build, probe)
        : new Unavailable("probe build " + build.id() + " ended as " + describeStatus(build));
  }

  private static String describeStatus(Build build) {
    return FailedPhase.of(build)
        .map(phase ->
            build.buildStatusAsString()
                + " in "
                + phase.type()
                + ": "
                + TextSanitizer.sanitize(phase.context()))
        .orElse(build.buildStatusAsString());
  }

  private FetchResult readOutput(Build build, ProbeBuild probe) {
    return switch (logReader.readTail(build, TimeRange.UNBOUNDED)) {
      case LogResult.Found found ->
          probe
              .output()
              .parse(found.lines())
              .orElseGet(() ->
                  new Pending("the log of probe build " + build.id() + " is not complete yet"));
      case LogResult.Pending pending ->
          new Pending("probe build " + build.id() + ": " + pending.reason());
      case LogResult.Unavailable unavailable ->
          new Unavailable(
              "the log of probe build " + build.id() + " cannot be read: " + unavailable.reason());
    };
  }
}
