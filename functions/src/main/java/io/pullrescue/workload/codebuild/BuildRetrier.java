package io.pullrescue.workload.codebuild;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Retries failed builds when all of their images are mirrored. */
public final class BuildRetrier {
  private final BuildClient buildClient;
  private final BuildFailureLoader failureLoader;
  private final RequiredImageLookup imageLookup;
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
      BuildFailureLoader failureLoader,
      RequiredImageLookup imageLookup,
      BuildRetryPlanner planner,
      BuildRetryExecutor executor,
      String retryRole,
      InstantSource clock) {
    this.buildClient = buildClient;
    this.failureLoader = failureLoader;
    this.imageLookup = imageLookup;
    this.planner = planner;
    this.executor = executor;
    this.retryRole = retryRole;
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
        .orElseGet(() -> imageLookup.notFound(request, noBuildReason(failed.buildId())));
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
      return imageLookup.notFound(request, noBuildReason(build.id()));
    }
    var context = readContext(build, project.get());
    return executor.execute(planner.plan(context, mirroredImages), context, request.waits());
  }

  private static String noBuildReason(String buildId) {
    return "CodeBuild has no build " + buildId + " in this Region any more";
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
