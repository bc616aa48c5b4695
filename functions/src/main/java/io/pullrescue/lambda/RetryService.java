package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.Mode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.BuildClientPort;
import io.pullrescue.workload.codebuild.BuildHistoryPort;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.ProjectUpdaterPort;
import io.pullrescue.workload.codebuild.RetryContext;
import java.time.InstantSource;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryService implements MessageProcessor {
  private final Mode mode;
  private final BuildClientPort buildClient;
  private final ProjectUpdaterPort projectUpdater;
  private final BuildHistoryPort buildHistory;
  private final MirroredImageLookup imageLookup;
  private final BuildRetryPlanner planner;
  private final BuildRetryExecutor retryExecutor;
  private final WorkloadRegistry workloads;
  private final BuildRecovery buildRecovery;
  private final InstantSource clock;

  RetryService(
      Mode mode,
      BuildClientPort buildClient,
      ProjectUpdaterPort projectUpdater,
      BuildHistoryPort buildHistory,
      MirroredImageLookup imageLookup,
      BuildRetryPlanner planner,
      BuildRetryExecutor retryExecutor,
      WorkloadRegistry workloads,
      BuildRecovery buildRecovery,
      InstantSource clock) {
    this.mode = mode;
    this.buildClient = buildClient;
    this.projectUpdater = projectUpdater;
    this.buildHistory = buildHistory;
    this.imageLookup = imageLookup;
    this.planner = planner;
    this.retryExecutor = retryExecutor;
    this.workloads = workloads;
    this.buildRecovery = buildRecovery;
    this.clock = clock;
  }

  @Override
  public ProcessingResult process(QueueMessage message, Context context) {
    return switch (DependencyFactory.eventParser().parse(message.body())) {
      case ImageReplicated imageReplicated when mode == Mode.RESCUE ->
          retry(imageReplicated, message.receiveCount());
      case ImageReplicated _ ->
          new Completed("ignored: the mode is " + mode + ", so nothing runs again");
      case IncomingEvent.BuildSucceeded buildSucceeded ->
          buildRecovery.onSucceeded(buildSucceeded.buildId());
      case IncomingEvent.RestoreProjectRequested restoreProjectRequested ->
          buildRecovery.restoreProject(restoreProjectRequested.project());
      case IncomingEvent.WorkloadFailed _ ->
          new Completed("ignored: no image was replicated for it yet");
      case IncomingEvent.Ignored ignored -> new Completed("ignored: " + ignored.reason());
    };
  }

  private ProcessingResult retry(ImageReplicated event, int receiveCount) {
    return switch (event.workload()) {
      case IncomingEvent.BuildFailed buildFailed ->
          retryBuild(buildFailed.buildId(), event, receiveCount);
      case IncomingEvent.WorkloadFailed failed -> workloads.retry(failed, event, receiveCount);
    };
  }

  private ProcessingResult retryBuild(String buildId, ImageReplicated event, int receiveCount) {
    var build = buildClient.find(buildId);
    var project = build.map(Build::project).flatMap(projectUpdater::findProject);
    if (project.isEmpty()) {
      return new Completed("ignored: CodeBuild knows no build " + buildId + " in this region");
    }
    var lookupResult =
        imageLookup.lookUp(event, event.requiredImages(), build.get().environment().platform());
    if (!lookupResult.missing().isEmpty()) {
      return new Completed(
          buildId + " still waits for " + lookupResult.missing().getFirst().familiarString());
    }
    var history = buildHistory.getHistory(project.get().name());
    var retryContext =
        new RetryContext(build.orElseThrow(), project.get(), history, clock.instant());
    return retryExecutor.execute(
        planner.plan(retryContext, lookupResult.mirroredImages()),
        retryContext.build(),
        receiveCount);
  }
}
