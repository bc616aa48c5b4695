package io.pullrescue.workload.codebuild;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.codebuild.log.BuildLogReader;
import io.pullrescue.workload.codebuild.log.LogResult;
import io.pullrescue.workload.codebuild.log.PhaseLog;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Loads the evidence of a failed build: its record, and its log if the record is not enough. */
public final class BuildFailureLoader {
  /** Curated images are stored on CodeBuild's hosts and never pulled from a registry. */
  private static final String CODEBUILD_IMAGE_PREFIX = "aws/codebuild/";

  /** The time of a log event is that of its delivery to CloudWatch Logs. */
  private static final Duration LOG_DELIVERY_DELAY = Duration.ofMinutes(1);

  private final BuildClient buildClient;
  private final BuildLogReader logReader;

  public BuildFailureLoader(BuildClient buildClient, BuildLogReader logReader) {
    this.buildClient = buildClient;
    this.logReader = logReader;
  }

  /** Loads the failure of a build, or explains why there is none. */
  public LoadResult load(String buildId) {
    return buildClient
        .find(buildId)
        .map(this::load)
        .orElseGet(() ->
            new LoadResult.NotReady(null, "CodeBuild has no build " + buildId + " in this region"));
  }

  /** Loads the failure of a build that has been read. */
  LoadResult load(Build build) {
    if (ProbeBuild.isProbe(build)) {
      return new LoadResult.NoFailure("build " + build.id() + " is a probe build of pull-rescue");
    }
    var failedPhase = FailedPhase.of(build);
    if (BuildInspector.hasFailed(build) && failedPhase.isPresent()) {
      return load(build, failedPhase.get());
    }
    var reason = "build " + build.id() + " is " + build.buildStatusAsString() + ", not failed";
    return build.buildStatus() == StatusType.IN_PROGRESS
        ? new LoadResult.NotReady(null, reason)
        : new LoadResult.NoFailure(reason);
  }

  private LoadResult load(Build build, FailedPhase failedPhase) {
    if (failedPhase.isProvisioning()) {
      var context = new LogExcerpt(TextSource.PHASE_CONTEXT, failedPhase.context());
      return new LoadResult.Complete(
          List.of(failure(build, environmentImage(build), List.of(context))));
    }
    var timeRange = failedPhase.timeRange().expandedBy(LOG_DELIVERY_DELAY);
    return switch (logReader.readTail(build, timeRange)) {
      case LogResult.Found found -> fromLog(build, failedPhase, found.lines());
      case LogResult.Pending pending ->
          new LoadResult.NotReady(
              failure(build, null, List.of()), build.id() + ": " + pending.reason());
      case LogResult.Unavailable unavailable ->
          new LoadResult.Unreadable(
              trigger(build),
              "the log of build " + build.id() + " cannot be read: " + unavailable.reason());
    };
  }

  private static @Nullable ImageReference environmentImage(Build build) {
    var image = build.environment().image();
    return image.startsWith(CODEBUILD_IMAGE_PREFIX)
        ? null
        : ImageReference.parse(image).orElse(null);
  }

  /** The phase's context only repeats the command; the error of Docker is in the log. */
  private static LoadResult fromLog(Build build, FailedPhase failedPhase, List<String> lines) {
    var phaseLog = PhaseLog.of(lines, failedPhase.type());
    var continuedLogs =
        failedPhase.continuedPhases().stream()
            .map(BuildPhase::phaseTypeAsString)
            .map(phaseType -> PhaseLog.of(lines, phaseType).fullOutput())
            .toList();
    var failure = failure(build, null, phaseLog.excerpts(continuedLogs));
    return phaseLog.complete()
        ? new LoadResult.Complete(List.of(failure))
        : new LoadResult.NotReady(failure, "the log of " + build.id() + " is not complete yet");
  }

  private static Failure failure(
      Build build, @Nullable ImageReference image, List<LogExcerpt> excerpts) {
    return new Failure(
        trigger(build), image, excerpts, build.serviceRole(), BuildInspector.platform(build), null);
  }

  private static Trigger trigger(Build build) {
    return new Trigger.Build(build.id(), build.projectName());
  }
}
