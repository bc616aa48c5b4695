package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.Mode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetrier;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryService implements MessageProcessor {
  private final Mode mode;
  private final BuildRetrier buildRetrier;
  private final WorkloadRegistry workloads;
  private final BuildRecovery buildRecovery;

  RetryService(
      Mode mode,
      BuildRetrier buildRetrier,
      WorkloadRegistry workloads,
      BuildRecovery buildRecovery) {
    this.mode = mode;
    this.buildRetrier = buildRetrier;
    this.workloads = workloads;
    this.buildRecovery = buildRecovery;
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
          buildRetrier.retry(buildFailed, event, receiveCount);
      case IncomingEvent.WorkloadFailed failed -> workloads.retry(failed, event, receiveCount);
    };
  }
}
