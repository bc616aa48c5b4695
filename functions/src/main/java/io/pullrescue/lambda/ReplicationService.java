package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.credentials.WorkloadPullSecrets;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.CopyProgressListener;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.text.HumanFormat;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the image of a replication request and publishes the result. */
final class ReplicationService implements MessageProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicationService.class);

  /** The last delivery of a message publishes the failure. */
  private static final int LAST_RECEIVE = QueueLimits.MAX_RECEIVE_COUNT;

  /** The time that remains for the response after a copy has stopped at its deadline. */
  private static final Duration RESPONSE_RESERVE = Duration.ofSeconds(20);

  /**
   * AWS Lambda stops a loop through one function after about sixteen invocations. This limit is
   * reached first; the rest of the copy is then attempted as often as the queue delivers the
   * message.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive
   *     loop detection</a>
   */
  private static final int MAX_CONTINUATIONS = 12;

  private final CopyFunction copyFunction;
  private final PlatformSelection platforms;
  private final WorkloadPullSecrets pullSecrets;
  private final ReplicationQueue replicationQueue;
  private final RetryRequester retryRequester;
  private final EventPublisher publisher;
  private final InstantSource clock;

  /** Copies an image, as {@link io.pullrescue.replication.ImageReplicator#replicate} does. */
  @FunctionalInterface
  interface CopyFunction {
    ReplicationResult copy(
        ImageReference image,
        CopyOptions options,
        Deadline deadline,
        CopyProgressListener listener);
  }

  ReplicationService(
      CopyFunction copyFunction,
      PlatformSelection platforms,
      WorkloadPullSecrets pullSecrets,
      ReplicationQueue replicationQueue,
      RetryRequester retryRequester,
      EventPublisher publisher,
      InstantSource clock) {
    this.copyFunction = copyFunction;
    this.platforms = platforms;
    this.pullSecrets = pullSecrets;
    this.replicationQueue = replicationQueue;
    this.retryRequester = retryRequester;
    this.publisher = publisher;
    this.clock = clock;
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
    LogContext.setTrigger(request.trigger());
    LogContext.setImage(request.image());
    var job = CopyJob.of(request, message.receiveCount());
    return switch (copy(job, context)) {
      case ReplicationResult.Replicated replicated
          when isRefresh(request) && replicated.alreadyUpToDate() ->
          new Completed(EventSummary.of(new RescueEvent.Replicated(request, replicated)));
      case ReplicationResult.Replicated replicated -> publishAndRetry(request, replicated);
      case ReplicationResult.Failed failed ->
          Completed.publishing(publisher, notReplicated(request, failed.reason()));
      case ReplicationResult.Deferred deferred when canContinue(request, deferred) ->
          enqueueContinuation(
              request.resumedFrom(
                  request.resumeState().plus(deferred.stats(), job.concurrencyReductions())),
              deferred);
      case ReplicationResult.Deferred deferred when isRefresh(request) ->
          new Completed(
              "%s: left for the next refresh (%d pulls are reserved for failed workloads): %s"
                  .formatted(
                      deferred.image().familiarString(), job.reservedPulls(), deferred.reason()));
      case ReplicationResult.Deferred deferred
          when message.receiveCount() < LAST_RECEIVE && message.mayWait(deferred.retryAfter()) ->
          new RetryAfter(
              deferred.image().familiarString() + ": " + deferred.reason(), deferred.retryAfter());
      case ReplicationResult.Deferred deferred -> giveUp(request, message, deferred.reason());
    };
  }

  private ProcessingResult giveUp(ReplicationRequest request, QueueMessage message, String reason) {
    LOG.warn("giving up after {} deliveries: {}", message.receiveCount(), reason);
    return Completed.publishing(
        publisher,
        notReplicated(
            request,
            "given up after %s: %s"
                .formatted(HumanFormat.count(message.receiveCount(), "attempt"), reason)));
  }

  /** The published event is news only: the retry follows from a message of the function's own. */
  private ProcessingResult publishAndRetry(
      ReplicationRequest request, ReplicationResult.Replicated replicated) {
    var completed =
        Completed.publishing(publisher, new RescueEvent.Replicated(request, replicated));
    retryRequester.requestRetry(request);
    return completed;
  }

  /** Copies an image within the time that the invocation has left. */
  ReplicationResult copy(CopyJob job, Context context) {
    var options = job.options(platforms);
    var pullSecret = job.pullSecret();
    if (pullSecret == null) {
      return copy(job.image(), options, context);
    }
    return switch (pullSecrets.findPullSecret(pullSecret)) {
      case WorkloadPullSecrets.Found found ->
          copy(job.image(), options.withSourceCredentials(found.credentials()), context)
              .withNote(
                  "the credentials were those in the secret %s of the definition"
                      .formatted(TextSanitizer.sanitize(pullSecret)));
      case WorkloadPullSecrets.Unavailable unavailable ->
          copy(job.image(), options, context).withNote(unavailable.reason());
    };
  }

  private ReplicationResult copy(ImageReference image, CopyOptions options, Context context) {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESPONSE_RESERVE);
    return copyFunction.copy(
        image, options, Deadline.after(time, clock), new LoggingProgressListener(image, clock));
  }

  /**
   * Returns whether the request is a refresh, which is not urgent: a message that is returned to
   * the queue would delay the requests of failed workloads for the same image.
   */
  private static boolean isRefresh(ReplicationRequest request) {
    return request.trigger() instanceof Trigger.Refresh;
  }

  private static boolean canContinue(
      ReplicationRequest request, ReplicationResult.Deferred deferred) {
    return deferred.madeProgress() && request.resumeState().invocations() < MAX_CONTINUATIONS;
  }

  /**
   * Continues in a new message, so that a copy which makes progress does not use up the deliveries
   * of its message. The new message waits in the same group until this one is deleted.
   */
  private ProcessingResult enqueueContinuation(
      ReplicationRequest request, ReplicationResult.Deferred deferred) {
    replicationQueue.send(request);
    return new Completed(
        "%s: continues in another invocation, %s copied in %s so far: %s"
            .formatted(
                request.image().familiarString(),
                HumanFormat.bytes(request.resumeState().bytesCopied()),
                HumanFormat.count(request.resumeState().invocations(), "invocation"),
                deferred.reason()));
  }

  private static RescueEvent notReplicated(ReplicationRequest request, String reason) {
    return new RescueEvent.ReplicationFailed(request.trigger(), request.image(), reason);
  }
}
