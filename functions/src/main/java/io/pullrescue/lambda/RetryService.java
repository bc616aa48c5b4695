package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.Mode;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.GroupHeld;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.RetryQueue;
import io.pullrescue.workload.RetryRequest;
import io.pullrescue.workload.RetryRequest.Recovery;
import io.pullrescue.workload.RetryRequest.Restore;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.RetryRequestMessage;
import io.pullrescue.workload.WorkloadRegistry;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetrier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Retries a workload once all images that it waits for are mirrored, and restores projects.
 *
 * <p>A request is processed in its own message group only, so that nothing is retried or changed
 * twice at the same time. One that must wait is sent again, into a group where it blocks no other.
 */
final class RetryService implements MessageProcessor {
  /** SQS hides messages for whole seconds, so that one may return a moment early. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private final Mode mode;
  private final RetryConfig config;
  private final RetryQueue queue;
  private final BuildRetrier buildRetrier;
  private final WorkloadRegistry workloads;
  private final BuildRecovery buildRecovery;
  private final InstantSource clock;

  RetryService(
      Mode mode,
      RetryConfig config,
      RetryQueue queue,
      BuildRetrier buildRetrier,
      WorkloadRegistry workloads,
      BuildRecovery buildRecovery,
      InstantSource clock) {
    this.mode = mode;
    this.config = config;
    this.queue = queue;
    this.buildRetrier = buildRetrier;
    this.workloads = workloads;
    this.buildRecovery = buildRecovery;
    this.clock = clock;
  }

  @Override
  public ProcessingResult process(QueueMessage message, Context context) {
    return parse(message)
        .map(request -> process(request, message))
        .orElseGet(() ->
            new Completed(
                "ignored: not a retry request: " + TextSanitizer.sanitize(message.body())));
  }

  /** CodeBuild's event of a success is the only one that comes from the bus. */
  private static Optional<RetryRequest> parse(QueueMessage message) {
    return RetryRequestMessage.parse(message.body(), message.id())
        .or(() ->
            DependencyFactory.eventParser().parse(message.body())
                    instanceof BuildSucceeded succeeded
                ? Optional.of(new Recovery(succeeded.buildId()))
                : Optional.empty());
  }

  private ProcessingResult process(RetryRequest request, QueueMessage message) {
    LogContext.setRequest(request);
    if (!request.groupId().equals(message.groupId())) {
      queue.send(request);
      return new Completed("sent on into the message group " + request.groupId());
    }
    return switch (request) {
      case Retry retry when retry.notBefore() != null -> await(retry, retry.notBefore(), message);
      case Retry retry -> retry(retry, message);
      case Recovery recovery -> buildRecovery.onSucceeded(recovery.buildId());
      case Restore restore -> buildRecovery.restoreProject(restore.project());
    };
  }

  /** Hides a waiting request until its time, and then sends it back to the others of its group. */
  private ProcessingResult await(Retry retry, Instant time, QueueMessage message) {
    var remaining = Duration.between(clock.instant(), time);
    if (remaining.compareTo(TOLERANCE) > 0 && message.mayWait(remaining)) {
      return new RetryAfter("waits until " + time, remaining);
    }
    queue.sendAgain(retry.due(), message.id());
    return new Completed("has waited, sent on into the message group " + retry.due().groupId());
  }

  private ProcessingResult retry(Retry retry, QueueMessage message) {
    var disabled = retry.disabledReason(mode, config);
    if (disabled.isPresent()) {
      return new Completed("ignored: " + disabled.get());
    }
    if (lacksReceives(retry, message)) {
      queue.sendAgain(retry.waitingUntil(clock.instant()), message.id());
      return new Completed("sent again: received %d times".formatted(message.receiveCount()));
    }
    var result =
        retry.workload() instanceof BuildFailed build
            ? buildRetrier.retry(build, retry)
            : workloads.retry(retry);
    return switch (result) {
      case Completed completed -> completed;
      case RetryAfter later -> sendAgain(retry, later, message);
      // At the last time SQS would move the message to the dead-letter queue, and nothing has
      // failed.
      case GroupHeld held -> isLastReceive(message) ? new Completed(held.summary()) : held;
    };
  }

  /**
   * Returns whether the message could not hold its group after a job was submitted, but a new one
   * could.
   */
  private static boolean lacksReceives(Retry retry, QueueMessage message) {
    return retry.workload() instanceof JobFailed
        && retry.allMirrored()
        && retry.waits() == 0
        && isLastReceive(message);
  }

  private static boolean isLastReceive(QueueMessage message) {
    return message.receiveCount() >= QueueLimits.MAX_RECEIVE_COUNT;
  }

  private ProcessingResult sendAgain(Retry retry, RetryAfter later, QueueMessage message) {
    if (later.delay().isZero()) {
      queue.send(retry.forAllImages());
    } else {
      queue.sendAgain(retry.waitingUntil(clock.instant().plus(later.delay())), message.id());
    }
    return new Completed("sent again: " + later.reason());
  }
}
