package io.pullrescue.failure;

import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a failed build said: its record by API, and its log where the record says too
 * little.
 */
public final class BuildReader {
  /** Curated images lie on CodeBuild's hosts and are never pulled from an upstream. */
  private static final String CURATED = "aws/codebuild/";

  /** Lines get the time at which CloudWatch Logs was sent them, not that of their printing. */
  private static final Duration LATENESS = Duration.ofMinutes(1);

  private final Builds builds;
  private final BuildLog log;

  /** Reads through these two. */
  public BuildReader(Builds builds, BuildLog log) {
    this.builds = builds;
    this.log = log;
  }

  /** The failure of this build, or why there is none. */
  Reading read(String buildId) {
    var build = builds.find(buildId);
    if (build.isEmpty()) {
      return new Reading.Nothing("CodeBuild knows no build " + buildId + " in this region");
    }
    if (build.get().isProbe()) {
      return new Reading.Nothing("build " + buildId + " is a probe of pull-rescue's own");
    }
    var phase = build.get().failedPhase();
    return build.get().failed() && phase.isPresent()
        ? read(build.get(), phase.get())
        : new Reading.Nothing("build " + buildId + " is " + build.get().status() + ", not failed");
  }

  private Reading read(Build build, Phase phase) {
    if (phase.isProvisioning()) {
      var context = new Excerpt(Place.PHASE_CONTEXT, phase.context());
      return new Reading.Complete(
          List.of(failure(build, environmentImage(build), List.of(context))));
    }
    var location = build.log();
    if (location == null) {
      return new Reading.Nothing("build " + build.id() + " keeps no log");
    }
    return switch (log.tail(location, span(build, phase))) {
      case LogText.Lines it -> fromLog(build, PhaseLog.of(it.lines(), phase.type()), it.lines());
      case LogText.Absent it ->
          new Reading.TooEarly(failure(build, null, List.of()), build.id() + ": " + it.why());
      case LogText.OutOfReach it ->
          new Reading.Nothing("the log of build " + build.id() + " cannot be read: " + it.why());
    };
  }

  private static @Nullable ImageReference environmentImage(Build build) {
    var image = build.environment().image();
    return image.startsWith(CURATED) ? null : ImageReference.parse(image).orElse(null);
  }

  /**
   * From the first phase that failed, though the build may have gone on, to the one that ended it.
   */
  private static TimeSpan span(Build build, Phase phase) {
    var first = build.survivedPhases().stream().findFirst().orElse(phase);
    return new TimeSpan(first.start(), phase.end()).widened(LATENESS);
  }

  /** The phase's context only repeats the command; what docker said stands in the log. */
  private static Reading fromLog(Build build, PhaseLog phase, List<String> lines) {
    var survived =
        build.survivedPhases().stream().map(it -> PhaseLog.of(lines, it.type()).all()).toList();
    var failure = failure(build, null, phase.excerpts(survived));
    return phase.complete()
        ? new Reading.Complete(List.of(failure))
        : new Reading.TooEarly(failure, "the log of " + build.id() + " is not complete yet");
  }

  private static Failure failure(
      Build build, @Nullable ImageReference image, List<Excerpt> excerpts) {
    var origin = new Origin.Build(build.id(), build.project());
    return new Failure(
        origin, image, excerpts, build.serviceRole(), build.environment().platform(), null);
  }
}
