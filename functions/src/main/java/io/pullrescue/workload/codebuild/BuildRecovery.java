package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.codebuild.ProjectUpdater.Restoration;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Publishes the recovery of a retried build and restores the project that was changed for it. */
public final class BuildRecovery {
  private final MirrorNaming mirror;
  private final BuildClient buildClient;
  private final ProjectUpdater projectUpdater;
  private final ProjectUpdateMode projectUpdateMode;
  private final String retryRole;
  private final EventPublisher publisher;

  /**
   * Creates the handler.
   *
   * @param retryRole the name of the role with which builds are retried
   */
  public BuildRecovery(
      MirrorNaming mirror,
      BuildClient buildClient,
      ProjectUpdater projectUpdater,
      ProjectUpdateMode projectUpdateMode,
      String retryRole,
      EventPublisher publisher) {
    this.mirror = mirror;
    this.buildClient = buildClient;
    this.projectUpdater = projectUpdater;
    this.projectUpdateMode = projectUpdateMode;
    this.retryRole = retryRole;
    this.publisher = publisher;
  }

  /** Handles the end of a build that succeeded, if it was a retry. */
  public ProcessingResult onSucceeded(String buildId) {
    var build =
        buildClient
            .find(buildId)
            .filter(candidate -> candidate.buildStatus() == StatusType.SUCCEEDED);
    var retryState = build.flatMap(this::readState).filter(RetryState::isRetry);
    if (retryState.isEmpty()) {
      return new Completed("ignored: build " + buildId + " is not a retry that succeeded");
    }
    var project = build.orElseThrow().projectName();
    // Reads first: an error after the project was restored would hide that from the event.
    var latency = recoveryLatency(retryState.get(), build.orElseThrow()).orElse(null);
    var restoration = restore(project);
    var recovered =
        new Recovered(
            new Trigger.Build(retryState.get().originalBuildId(), project),
            buildId,
            latency,
            restoration.isRestored(),
            restoration.note());
    publisher.publish(recovered);
    return new Completed(EventSummary.of(recovered));
  }

  /** With the setting off, the function has no permission to update projects. */
  private Restoration restore(String project) {
    return switch (projectUpdateMode) {
      case UNTIL_SUCCESS -> projectUpdater.restore(project);
      case OFF -> projectUpdater.checkUpdate(project);
      case PERMANENT -> new Restoration(false, null);
    };
  }

  /** A state that somebody else gave to the build is none. */
  private Optional<RetryState> readState(Build build) {
    var startedByUs = BuildInspector.isStartedBy(build, retryRole);
    return buildClient
        .findProject(build.projectName())
        .filter(project -> RetryState.isAuthentic(build, project, startedByUs))
        .map(project -> RetryState.of(build, project, startedByUs, mirror));
  }

  private Optional<Duration> recoveryLatency(RetryState retryState, Build succeededBuild) {
    return buildClient
        .find(retryState.originalBuildId())
        .flatMap(BuildInspector::endTime)
        .flatMap(failedAt ->
            BuildInspector.endTime(succeededBuild)
                .map(succeededAt -> Duration.between(failedAt, succeededAt)))
        .filter(Duration::isPositive);
  }

  /** Restores a project on an operator's request. */
  public ProcessingResult restoreProject(String project) {
    var restoration = projectUpdater.restore(project);
    var note = restoration.note() == null ? "" : "; " + restoration.note();
    if (restoration.isRestored()) {
      return new Completed(
          "restored project " + project + " to its state before pull-rescue changed it" + note);
    }
    return new Completed(
        restoration.note() == null
            ? "ignored: project " + project + " contains no change by pull-rescue"
            : "skipped: project " + project + " was not restored" + note);
  }
}
