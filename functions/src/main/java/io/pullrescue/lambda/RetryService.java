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
import java.util.Locale;

/** Retries a workload once all images that it waits for are mirrored. */
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
    var event = DependencyFactory.eventParser().parse(message.body());
    LogContext.setEvent(event);
    return switch (event) {
      case ImageReplicated imageReplicated when mode == Mode.RESCUE ->
          retry(imageReplicated, message.receiveCount());
      case ImageReplicated _ ->
          new Completed(
              "ignored: nothing is retried because the mode is `%s`"
                  .formatted(mode.name().toLowerCase(Locale.ROOT)));
      case IncomingEvent.BuildSucceeded buildSucceeded ->
          buildRecovery.onSucceeded(buildSucceeded.buildId());
      case IncomingEvent.RestoreProjectRequested restoreProjectRequested ->
          buildRecovery.restoreProject(restoreProjectRequested.project());
      case IncomingEvent.WorkloadFailed _ ->
          new Completed("ignored: no image was mirrored for this failure yet");
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
