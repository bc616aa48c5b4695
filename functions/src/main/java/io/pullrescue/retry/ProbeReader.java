package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.BuildLog;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.TimeSpan;
import io.pullrescue.image.Printable;
import io.pullrescue.retry.BuildspecReading.Pending;
import io.pullrescue.retry.BuildspecReading.Text;
import io.pullrescue.retry.BuildspecReading.Unreadable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a file of a source by a probe, and starts one where none has looked yet. */
public final class ProbeReader {
  /** A commit never changes; a branch, or an object without a version, may since then. */
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  private final Probes probes;
  private final BuildLog log;

  /** Starts these probes and reads their logs. */
  public ProbeReader(Probes probes, BuildLog log) {
    this.probes = probes;
    this.log = log;
  }

  /** The file at this path in the source of this build. */
  BuildspecReading read(Build build, String path) {
    var known = probes.of(build.project());
    return own(known, build, path)
        .or(() -> ofTheSameCommit(known, build, path))
        .orElseGet(() ->
            new Pending(
                "probe " + probes.start(build, new Probe(build.id(), path)) + " reads " + path));
  }

  private Optional<BuildspecReading> own(List<Build> known, Build build, String path) {
    var own = new Probe(build.id(), path);
    return known.stream()
        .filter(it -> Probe.of(it, path).filter(own::equals).isPresent())
        .findFirst()
        .map(it -> outcome(it, own));
  }

  /** What others have read of the same commit counts; where they failed, we look ourselves. */
  private Optional<BuildspecReading> ofTheSameCommit(List<Build> known, Build build, String path) {
    return known.stream()
        .filter(it -> isOfTheSameCommit(it, build))
        .flatMap(it -> Probe.of(it, path).map(probe -> outcome(it, probe)).stream())
        .filter(it -> !(it instanceof Unreadable))
        .findFirst();
  }

  private static boolean isOfTheSameCommit(Build probe, Build build) {
    var version = build.sourceVersion();
    return version != null
        && COMMIT.matcher(version).matches()
        && version.equals(probe.sourceVersion())
        && probe.source().type().equals(build.source().type())
        && Objects.equals(probe.source().location(), build.source().location());
  }

  private BuildspecReading outcome(Build build, Probe probe) {
    return switch (build.status()) {
      case "IN_PROGRESS" -> new Pending("probe " + build.id() + " has not ended");
      case "SUCCEEDED" -> printed(build, probe);
      default ->
          new Unreadable(
              "probe " + build.id() + ", which was to read " + probe.path() + ", is " + end(build));
    };
  }

  private static String end(Build build) {
    return build
        .failedPhase()
        .map(phase -> build.status() + " in " + phase.type() + " " + Printable.of(phase.context()))
        .orElse(build.status());
  }

  private BuildspecReading printed(Build build, Probe probe) {
    var location = build.log();
    if (location == null) {
      return new Unreadable("probe " + build.id() + " keeps no log");
    }
    return switch (log.tail(location, TimeSpan.UNLIMITED)) {
      case LogText.Lines it -> printed(it.lines(), build, probe);
      case LogText.Absent it -> new Pending("probe " + build.id() + ": " + it.why());
      case LogText.OutOfReach it ->
          new Unreadable("the log of probe " + build.id() + " cannot be read: " + it.why());
    };
  }

  private static BuildspecReading printed(List<String> lines, Build build, Probe probe) {
    return probe
        .printout()
        .read(lines)
        .map(file -> reading(file, probe.path()))
        .orElseGet(() -> new Pending("the log of probe " + build.id() + " is not complete"));
  }

  private static BuildspecReading reading(SourceFile file, String path) {
    return switch (file) {
      case SourceFile.Found it -> new Text(it.text());
      case SourceFile.Missing it -> new Unreadable("its source has no file " + path);
      case SourceFile.OutOfReach it ->
          new Unreadable("its buildspec " + path + " cannot be read: " + it.why());
    };
  }
}
