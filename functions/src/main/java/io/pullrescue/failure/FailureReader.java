package io.pullrescue.failure;

import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a failed build said: its record by API, and its log where the record says too
 * little.
 */
public final class FailureReader {
  /** Curated images lie on CodeBuild's hosts and are never pulled from an upstream. */
  private static final String CURATED = "aws/codebuild/";

  private final Builds builds;
  private final BuildLog log;

  /** Reads through these two. */
  public FailureReader(Builds builds, BuildLog log) {
    this.builds = builds;
    this.log = log;
  }

  /** The failure of this build, or why there is none. */
  public Reading read(String buildId) {
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
    var origin = new Origin.Build(build.id(), build.project());
    var platform = build.environment().platform();
    var context = new Excerpt(Place.PHASE_CONTEXT, phase.context());
    if (phase.isProvisioning()) {
      var image = environmentImage(build);
      return new Reading.Complete(new Failure(origin, image, List.of(context), platform));
    }
    var location = build.log();
    return location == null
        ? new Reading.Nothing("build " + build.id() + " keeps no log in CloudWatch Logs")
        : fromLog(origin, PhaseLog.of(log.tail(location), phase.type()), platform);
  }

  private static @Nullable ImageReference environmentImage(Build build) {
    var image = build.environment().image();
    return image.startsWith(CURATED) ? null : ImageReference.parse(image).orElse(null);
  }

  /** The phase's context only repeats the command; what docker said stands in the log. */
  private static Reading fromLog(Origin origin, PhaseLog log, Platform platform) {
    var failure = new Failure(origin, null, log.excerpts(), platform);
    return log.complete()
        ? new Reading.Complete(failure)
        : new Reading.TooEarly(failure, "the log of " + origin.id() + " is not complete yet");
  }
}
