package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.time.Duration;
import java.util.Optional;

/** What is left to do and to tell when a rescued build is green. */
public final class BuildRecovery {
  private final MirrorNaming mirror;
  private final BuildClientPort buildClient;
  private final ProjectUpdaterPort projectUpdater;
  private final ProjectUpdateMode projectUpdateMode;
  private final EventPublisher publisher;

  public BuildRecovery(
      MirrorNaming mirror,
      BuildClientPort buildClient,
      ProjectUpdaterPort projectUpdater,
      ProjectUpdateMode projectUpdateMode,
      EventPublisher publisher) {
    this.mirror = mirror;
    this.buildClient = buildClient;
    this.projectUpdater = projectUpdater;
    this.projectUpdateMode = projectUpdateMode;
    this.publisher = publisher;
  }

  /** Tells that a chain has ended well, and takes out of the project what was put in for it. */
  public ProcessingResult onSucceeded(String buildId) {
    var build = buildClient.find(buildId).filter(Build::succeeded);
    var retryState =
        build.map(candidate -> RetryState.of(candidate, mirror)).filter(RetryState::isRetry);
    if (retryState.isEmpty()) {
      return new Completed("ignored: " + buildId + " is no build that was run again and succeeded");
    }
    var project = build.orElseThrow().project();
    var restored =
        projectUpdateMode != ProjectUpdateMode.PERMANENT && projectUpdater.restore(project);
    var recovered =
        new Recovered(
            new Trigger.Build(retryState.get().originalBuildId(), project),
            buildId,
            recoveryLatency(retryState.get(), build.orElseThrow()).orElse(null),
            restored);
    publisher.publish(recovered);
    return new Completed(EventSummary.of(recovered));
  }

  private Optional<Duration> recoveryLatency(RetryState retryState, Build succeededBuild) {
    return buildClient
        .find(retryState.originalBuildId())
        .flatMap(Build::endTime)
        .flatMap(failedAt ->
            succeededBuild.endTime().map(succeededAt -> Duration.between(failedAt, succeededAt)))
        .filter(Duration::isPositive);
  }

  /** Gives a project back what it said before, because a person asks for it. */
  public ProcessingResult restoreProject(String project) {
    return new Completed(
        projectUpdater.restore(project)
            ? "project " + project + " is again as it was before pull-rescue changed it"
            : "ignored: project " + project + " holds no change of pull-rescue's");
  }
}
