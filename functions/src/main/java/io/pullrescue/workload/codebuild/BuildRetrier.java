package io.pullrescue.workload.codebuild;

import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.time.InstantSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Retries failed builds when all of their images are mirrored. */
public final class BuildRetrier {
  private final BuildClient buildClient;
  private final MirroredImageLookup imageLookup;
  private final BuildRetryPlanner planner;
  private final BuildRetryExecutor executor;
  private final String retryRole;
  private final InstantSource clock;

  /**
   * Creates a retrier.
   *
   * @param retryRole the name of the role with which builds are retried
   */
  public BuildRetrier(
      BuildClient buildClient,
      MirroredImageLookup imageLookup,
      BuildRetryPlanner planner,
      BuildRetryExecutor executor,
      String retryRole,
      InstantSource clock) {
    this.buildClient = buildClient;
    this.imageLookup = imageLookup;
    this.planner = planner;
    this.executor = executor;
    this.retryRole = retryRole;
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
    var context = readContext(build.orElseThrow(), project.get());
    return executor.execute(
        planner.plan(context, lookupResult.mirroredImages()), context, receiveCount);
  }

  /** The history has the retries of the last hour, and all builds since the failed one began. */
  private RetryContext readContext(Build build, Project project) {
    var now = clock.instant();
    var hourAgo = now.minus(RetryEligibility.RETRY_WINDOW);
    var since = BuildInspector.startTime(build).filter(hourAgo::isAfter).orElse(hourAgo);
    return new RetryContext(
        build, project, buildClient.getHistory(project.name(), since, retryRole), now);
  }
}
