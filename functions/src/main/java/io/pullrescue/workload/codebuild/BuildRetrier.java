package io.pullrescue.workload.codebuild;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;

/** Retries failed builds when all of their images are mirrored. */
public final class BuildRetrier {
  private final BuildClient buildClient;
  private final BuildFailureLoader failureLoader;
  private final RequiredImageLookup imageLookup;
  private final BuildRetryPlanner planner;
  private final BuildRetryExecutor executor;
  private final InstantSource clock;

  public BuildRetrier(
      BuildClient buildClient,
      BuildFailureLoader failureLoader,
      RequiredImageLookup imageLookup,
      BuildRetryPlanner planner,
      BuildRetryExecutor executor,
      InstantSource clock) {
    this.buildClient = buildClient;
    this.failureLoader = failureLoader;
    this.imageLookup = imageLookup;
    this.planner = planner;
    this.executor = executor;
    this.clock = clock;
  }

  /**
   * Retries a build, if it is eligible.
   *
   * @param request names one of the images that the build needs
   */
  public ProcessingResult retry(BuildFailed failed, Retry request) {
    return buildClient
        .find(failed.buildId())
        .map(build -> retry(build, request))
        .orElseGet(() -> noBuild(failed.buildId()));
  }

  private ProcessingResult retry(Build build, Retry request) {
    return switch (imageLookup.lookUp(request, failureLoader.load(build))) {
      case RequiredImageLookup.Unavailable unavailable -> unavailable.result();
      case RequiredImageLookup.Ready ready -> retry(build, ready.mirroredImages(), request);
    };
  }

  private ProcessingResult retry(Build build, List<MirroredImage> mirroredImages, Retry request) {
    var project = buildClient.findProject(build.projectName());
    if (project.isEmpty()) {
      return noBuild(build.id());
    }
    var history = buildClient.getHistory(build.projectName());
    var context = new RetryContext(build, project.get(), history, clock.instant());
    return executor.execute(planner.plan(context, mirroredImages), context, request.waits());
  }

  private static ProcessingResult noBuild(String buildId) {
    return new Completed("ignored: CodeBuild has no build " + buildId + " in this region");
  }
}
