package io.pullrescue.workload.codebuild;

import io.pullrescue.aws.UnknownMembers;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.Build;

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
    var unknownMembers = new UnknownMembers();
    return buildClient
        .find(failed.buildId(), unknownMembers)
        .map(build -> retry(build, unknownMembers, request))
        .orElseGet(() -> imageLookup.notFound(request, noBuildReason(failed.buildId())));
  }

  private ProcessingResult retry(Build build, UnknownMembers unknownMembers, Retry request) {
    var loaded = failureLoader.load(build);
    return switch (imageLookup.lookUp(request, loaded)) {
      case RequiredImageLookup.Unavailable unavailable -> unavailable.result();
      case RequiredImageLookup.Ready ready ->
          readContext(build, unknownMembers, logsDockerDaemon(loaded))
              .map(context -> retry(context, ready.mirroredImages(), request))
              .orElseGet(() -> imageLookup.notFound(request, noBuildReason(build.id())));
    };
  }

  private ProcessingResult retry(
      RetryContext context, List<MirroredImage> mirroredImages, Retry request) {
    return executor.execute(planner.plan(context, mirroredImages), context, request.waits());
  }

  private static String noBuildReason(String buildId) {
    return "CodeBuild has no build " + buildId + " in this Region any more";
  }

  /** The texts before the errors that a daemon, or BuildKit in it, gives to the Docker CLI. */
  private static boolean logsDockerDaemon(LoadResult loaded) {
    return loaded instanceof LoadResult.Complete complete
        && complete.failures().stream()
            .flatMap(failure -> failure.excerpts().stream())
            .map(LogExcerpt::text)
            .anyMatch(text ->
                text.contains("Error response from daemon") || text.contains("ERROR: failed to "));
  }

  /** The history has the retries of the last hour, and all builds since the failed one began. */
  private Optional<RetryContext> readContext(
      Build build, UnknownMembers unknownMembers, boolean logsDockerDaemon) {
    var now = clock.instant();
    var hourAgo = now.minus(RetryEligibility.RETRY_WINDOW);
    var since = BuildInspector.startTime(build).filter(hourAgo::isAfter).orElse(hourAgo);
    var unknownInProject = new UnknownMembers();
    return buildClient
        .findProject(build.projectName(), unknownInProject)
        .map(project ->
            new RetryContext(
                build,
                project,
                buildClient.getHistory(project.name(), since, retryRole),
                logsDockerDaemon,
                unknownOverrides(unknownMembers.values(), unknownInProject.values()),
                now));
  }

  /**
   * Returns the unknown settings in which the build differs from its project. What only records of
   * builds have, such as another kind of result, is no setting.
   */
  private static List<String> unknownOverrides(
      Map<String, String> ofBuild, Map<String, String> ofProject) {
    return ofBuild.entrySet().stream()
        .map(member -> Map.entry(member.getKey().substring("builds.".length()), member.getValue()))
        .filter(member ->
            member.getKey().startsWith("environment.")
                || member.getKey().startsWith("source.")
                || ofProject.containsKey("projects." + member.getKey()))
        .filter(member -> !member.getValue().equals(ofProject.get("projects." + member.getKey())))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
