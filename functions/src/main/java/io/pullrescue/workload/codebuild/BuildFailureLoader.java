package io.pullrescue.workload.codebuild;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.codebuild.Build.Phase;
import io.pullrescue.workload.codebuild.log.BuildLogReaderPort;
import io.pullrescue.workload.codebuild.log.LogResult;
import io.pullrescue.workload.codebuild.log.PhaseLog;
import io.pullrescue.workload.codebuild.log.TimeRange;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a failed build said: its record by API, and its log where the record says too
 * little.
 */
public final class BuildFailureLoader {
  /** Curated images lie on CodeBuild's hosts and are never pulled from an upstream. */
  private static final String CODEBUILD_IMAGE_PREFIX = "aws/codebuild/";

  /** Lines get the time at which CloudWatch Logs was sent them, not that of their printing. */
  private static final Duration LOG_DELIVERY_DELAY = Duration.ofMinutes(1);

  private final BuildClientPort buildClient;
  private final BuildLogReaderPort logReader;

  /** Reads through these two. */
  public BuildFailureLoader(BuildClientPort buildClient, BuildLogReaderPort logReader) {
    this.buildClient = buildClient;
    this.logReader = logReader;
  }

  /** The failure of this build, or why there is none. */
  public LoadResult load(String buildId) {
    var build = buildClient.find(buildId);
    if (build.isEmpty()) {
      return new LoadResult.NoFailure("CodeBuild knows no build " + buildId + " in this region");
    }
    if (build.get().isProbe()) {
      return new LoadResult.NoFailure("build " + buildId + " is a probe of pull-rescue's own");
    }
    var phase = build.get().failedPhase();
    return build.get().failed() && phase.isPresent()
        ? load(build.get(), phase.get())
        : new LoadResult.NoFailure(
            "build " + buildId + " is " + build.get().status() + ", not failed");
  }

  private LoadResult load(Build build, Phase phase) {
    if (phase.isProvisioning()) {
      var context = new LogExcerpt(TextSource.PHASE_CONTEXT, phase.context());
      return new LoadResult.Complete(
          List.of(failure(build, environmentImage(build), List.of(context))));
    }
    var location = build.logLocation();
    if (location == null) {
      return new LoadResult.NoFailure("build " + build.id() + " keeps no log");
    }
    return switch (logReader.readTail(location, logTimeRange(build, phase))) {
      case LogResult.Lines lines ->
          fromLog(build, PhaseLog.of(lines.lines(), phase.type()), lines.lines());
      case LogResult.NotYetAvailable notYetAvailable ->
          new LoadResult.NotReady(
              failure(build, null, List.of()), build.id() + ": " + notYetAvailable.reason());
      case LogResult.AccessDenied accessDenied ->
          new LoadResult.NoFailure(
              "the log of build " + build.id() + " cannot be read: " + accessDenied.reason());
    };
  }

  private static @Nullable ImageReference environmentImage(Build build) {
    var image = build.environment().image();
    return image.startsWith(CODEBUILD_IMAGE_PREFIX)
        ? null
        : ImageReference.parse(image).orElse(null);
  }

  /**
   * From the first phase that failed, though the build may have gone on, to the one that ended it.
   */
  private static TimeRange logTimeRange(Build build, Phase phase) {
    var first = build.continuedPhases().stream().findFirst().orElse(phase);
    return new TimeRange(first.startTime(), phase.endTime()).expandedBy(LOG_DELIVERY_DELAY);
  }

  /** The phase's context only repeats the command; what docker said stands in the log. */
  private static LoadResult fromLog(Build build, PhaseLog phase, List<String> lines) {
    var continuedLogs =
        build.continuedPhases().stream()
            .map(candidate -> PhaseLog.of(lines, candidate.type()).fullOutput())
            .toList();
    var failure = failure(build, null, phase.excerpts(continuedLogs));
    return phase.complete()
        ? new LoadResult.Complete(List.of(failure))
        : new LoadResult.NotReady(failure, "the log of " + build.id() + " is not complete yet");
  }

  private static Failure failure(
      Build build, @Nullable ImageReference image, List<LogExcerpt> excerpts) {
    var trigger = new Trigger.Build(build.id(), build.project());
    return new Failure(
        trigger, image, excerpts, build.serviceRole(), build.environment().platform(), null);
  }
}
