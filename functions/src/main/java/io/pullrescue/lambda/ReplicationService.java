package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationQueuePort;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import java.util.Locale;

/** A request in, an image in the mirror, and word of it out. */
final class ReplicationService implements MessageProcessor {
  /** The queue gives up after five receipts; the last one says so to whoever waits. */
  private static final int LAST_RECEIVE = 5;

  /**
   * AWS Lambda stops what looks like a loop after about sixteen rounds through one function. Our
   * own end comes first: what is left then is tried as often as the queue allows.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive
   *     loop detection</a>
   */
  private static final int MAX_CONTINUATIONS = 12;

  private final DeadlineCopyJobRunner copyJobRunner;
  private final ReplicationQueuePort replicationQueue;
  private final EventPublisher publisher;

  ReplicationService(
      DeadlineCopyJobRunner copyJobRunner,
      ReplicationQueuePort replicationQueue,
      EventPublisher publisher) {
    this.copyJobRunner = copyJobRunner;
    this.replicationQueue = replicationQueue;
    this.publisher = publisher;
  }

  @Override
  public ProcessingResult process(QueueMessage message, Context context) {
    return ReplicationRequestMessage.parse(message.body())
        .map(request -> replicate(request, message, context))
        .orElseGet(() ->
            new Completed(
                "ignored: not a replication request: " + TextSanitizer.sanitize(message.body())));
  }

  private ProcessingResult replicate(
      ReplicationRequest request, QueueMessage message, Context context) {
    var job = CopyJob.of(request, message.receiveCount());
    return switch (copyJobRunner.run(job, context)) {
      case ReplicationResult.Replicated replicated
          when isRefresh(request) && replicated.alreadyUpToDate() ->
          new Completed(EventSummary.of(new RescueEvent.Replicated(request, replicated)));
      case ReplicationResult.Replicated candidate ->
          Completed.publishing(publisher, new RescueEvent.Replicated(request, candidate));
      case ReplicationResult.Failed failed ->
          Completed.publishing(publisher, notReplicated(request, failed.reason()));
      case ReplicationResult.Deferred deferred when canContinue(request, deferred) ->
          enqueueContinuation(
              request.resumedFrom(
                  request.resumeState().plus(deferred.stats(), job.concurrencyReductions())),
              deferred);
      case ReplicationResult.Deferred element when isRefresh(request) ->
          new Completed(
              "%s: left for the next refresh (%d pulls are kept for failed work): %s"
                  .formatted(
                      element.image().familiarString(), job.reservedPulls(), element.reason()));
      case ReplicationResult.Deferred item when message.receiveCount() < LAST_RECEIVE ->
          new RetryAfter(item.image().familiarString() + ": " + item.reason(), item.retryAfter());
      case ReplicationResult.Deferred current ->
          Completed.publishing(publisher, notReplicated(request, "given up: " + current.reason()));
    };
  }

  /**
   * Nobody waits for what a refresh asks for. A message that is put back would keep those of failed
   * work waiting that are for the same image.
   */
  private static boolean isRefresh(ReplicationRequest request) {
    return request.trigger() instanceof Trigger.Refresh;
  }

  private static boolean canContinue(
      ReplicationRequest request, ReplicationResult.Deferred deferred) {
    return deferred.madeProgress() && request.resumeState().invocations() < MAX_CONTINUATIONS;
  }

  /**
   * A message of its own, so that what made progress does not use up the receipts of the one that
   * it came with. It waits in the same group until that one is done with.
   */
  private ProcessingResult enqueueContinuation(
      ReplicationRequest request, ReplicationResult.Deferred deferred) {
    replicationQueue.send(request);
    return new Completed(
        String.format(
            Locale.ROOT,
            "%s: goes on in another invocation, %,d bytes after %d: %s",
            request.image().familiarString(),
            request.resumeState().bytesCopied(),
            request.resumeState().invocations(),
            deferred.reason()));
  }

  private static RescueEvent notReplicated(ReplicationRequest request, String reason) {
    return new RescueEvent.ReplicationFailed(request.trigger(), request.image(), reason);
  }
}
