package io.pullrescue.workload.codebuild;

import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.time.InstantSource;

/** Retries failed builds when all of their images are mirrored. */
public final class BuildRetrier {
  private final BuildClient buildClient;
  private final MirroredImageLookup imageLookup;
  private final BuildRetryPlanner planner;
  private final BuildRetryExecutor executor;
  private final InstantSource clock;

  public BuildRetrier(
      BuildClient buildClient,
      MirroredImageLookup imageLookup,
      BuildRetryPlanner planner,
      BuildRetryExecutor executor,
      InstantSource clock) {
    this.buildClient = buildClient;
    this.imageLookup = imageLookup;
    this.planner = planner;
    this.executor = executor;
    this.clock = clock;
  }

  /**
   * Retries a build, if it is eligible.
   *
   * @param event the replication of one of the images that the build needs
   * @param receiveCount the number of times that the event's message was received, from 1
   */
  public ProcessingResult retry(BuildFailed failed, ImageReplicated event, int receiveCount) {
    var build = buildClient.find(failed.buildId());
    var project = build.flatMap(candidate -> buildClient.findProject(candidate.projectName()));
    if (project.isEmpty()) {
      return new Completed(
          "ignored: CodeBuild has no build " + failed.buildId() + " in this region");
    }
    var platform = BuildInspector.platform(build.orElseThrow());
    var lookupResult = imageLookup.lookUp(event, event.requiredImages(), platform);
    if (!lookupResult.missing().isEmpty()) {
      return new Completed(
          "waiting: build "
              + failed.buildId()
              + " also needs "
              + lookupResult.missing().getFirst().familiarString()
              + ", which is not mirrored yet");
    }
    var context =
        new RetryContext(
            build.orElseThrow(),
            project.get(),
            buildClient.getHistory(project.get().name()),
            clock.instant());
    return executor.execute(
        planner.plan(context, lookupResult.mirroredImages()), context, receiveCount);
  }
}
