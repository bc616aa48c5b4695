package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig.Replication;
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
import java.util.Optional;
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

  /**
   * A copy that takes longer, or has more bytes, is continued in one of the groups for long copies,
   * so that the next image does not wait for it. Images of a common size are copied within seconds.
   */
  private static final Duration MAX_SHORT_COPY_TIME = Duration.ofMinutes(2);

  private static final long MAX_SHORT_COPY_BYTES = 2L << 30;

  private final CopyFunction copyFunction;
  private final PlatformSelection platforms;
  private final Replication settings;
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
      Replication settings,
      WorkloadPullSecrets pullSecrets,
      ReplicationQueue replicationQueue,
      RetryRequester retryRequester,
      EventPublisher publisher,
      InstantSource clock) {
    this.copyFunction = copyFunction;
    this.platforms = platforms;
    this.settings = settings;
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
    var delay = request.resumeState().remainingDelay(clock.instant());
    if (delay.isPositive() && message.mayWait(delay)) {
      return new RetryAfter(
          request.image().familiarString() + ": the next attempt is not due yet", delay);
    }
    var job = copyJob(request, message.receiveCount());
    var isLongCopy = request.resumeState().continuesLongCopy();
    var result =
        copy(
            job,
            isLongCopy ? Long.MAX_VALUE : MAX_SHORT_COPY_BYTES,
            isLongCopy ? remainingTime(context) : shortest(remainingTime(context)));
    return switch (result) {
      case ReplicationResult.Replicated replicated
          when isRefresh(request) && replicated.alreadyUpToDate() ->
          new Completed(EventSummary.of(new RescueEvent.Replicated(request, replicated)));
      case ReplicationResult.Replicated replicated -> publishAndRetry(request, replicated);
      case ReplicationResult.Failed failed ->
          Completed.publishing(publisher, notReplicated(request, failed.reason()));
      case ReplicationResult.Deferred deferred ->
          continuation(request, job, deferred)
              .map(next -> enqueueContinuation(next, deferred))
              .orElseGet(() -> defer(request, job, deferred, message));
    };
  }

  private static Duration shortest(Duration remainingTime) {
    return remainingTime.compareTo(MAX_SHORT_COPY_TIME) < 0 ? remainingTime : MAX_SHORT_COPY_TIME;
  }

  private CopyJob copyJob(ReplicationRequest request, int receiveCount) {
    return CopyJob.of(request, receiveCount, settings.maxRateLimitedRequestsPerTrigger());
  }

  /**
   * Returns the request that continues a copy; empty if its message is to be delivered again
   * instead.
   */
  private Optional<ReplicationRequest> continuation(
      ReplicationRequest request, CopyJob job, ReplicationResult.Deferred deferred) {
    var state = request.resumeState();
    if (state.invocations() >= MAX_CONTINUATIONS) {
      return Optional.empty();
    }
    var next = state.plus(deferred.stats(), job.concurrencyReductions());
    var timeIsUp = deferred.retryAfter().isZero();
    if (timeIsUp) {
      return deferred.madeProgress() || !state.continuesLongCopy()
          ? Optional.of(request.resumedFrom(next.inLongCopyGroup(longCopyGroup(request.trigger()))))
          : Optional.empty();
    }
    // A new message keeps what was used, and one that waits must not hold a group for long copies.
    var leavesTrace = deferred.stats().rateLimitedRequests() > 0 || state.continuesLongCopy();
    return deferred.madeProgress() || (leavesTrace && !isRefresh(request))
        ? Optional.of(
            request.resumedFrom(next.notBefore(clock.instant().plus(deferred.retryAfter()))))
        : Optional.empty();
  }

  /**
   * Returns the group in which the long copies for a project, task family or job definition are
   * continued one after the other. All groups together hold at most half of the functions, so that
   * the first invocation for another image never waits for a long copy.
   */
  private int longCopyGroup(Trigger trigger) {
    return Math.floorMod(owner(trigger).hashCode(), settings.maxConcurrentCopies() / 2);
  }

  private static String owner(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build -> build.project();
      case Trigger.Task task -> withoutRevision(task.definition());
      case Trigger.Job job -> withoutRevision(job.definition());
      case Trigger.Manual manual -> manual.id();
      case Trigger.Refresh _ -> "refresh";
    };
  }

  private static String withoutRevision(String definition) {
    return definition.replaceFirst(":[0-9]+$", "");
  }

  private ProcessingResult defer(
      ReplicationRequest request,
      CopyJob job,
      ReplicationResult.Deferred deferred,
      QueueMessage message) {
    if (isRefresh(request)) {
      return new Completed(
          "%s: left for the next refresh (%d pulls are reserved for failed workloads): %s"
              .formatted(
                  deferred.image().familiarString(), job.reservedPulls(), deferred.reason()));
    }
    return message.receiveCount() < LAST_RECEIVE && message.mayWait(deferred.retryAfter())
        ? new RetryAfter(
            deferred.image().familiarString() + ": " + deferred.reason(), deferred.retryAfter())
        : giveUp(request, message, deferred.reason());
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
  ReplicationResult copy(ReplicationRequest request, Context context) {
    return copy(copyJob(request, 0), Long.MAX_VALUE, remainingTime(context));
  }

  private static Duration remainingTime(Context context) {
    return Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESPONSE_RESERVE);
  }

  private ReplicationResult copy(CopyJob job, long maxBytes, Duration time) {
    var options = job.options(platforms, maxBytes);
    var pullSecret = job.pullSecret();
    if (pullSecret == null) {
      return copy(job.image(), options, time);
    }
    return switch (pullSecrets.findPullSecret(pullSecret)) {
      case WorkloadPullSecrets.Found found ->
          copy(job.image(), options.withSourceCredentials(found.credentials()), time)
              .withNote(
                  "the credentials were those in the secret %s of the definition"
                      .formatted(TextSanitizer.sanitize(pullSecret)));
      case WorkloadPullSecrets.Unavailable unavailable ->
          copy(job.image(), options, time).withNote(unavailable.reason());
    };
  }

  private ReplicationResult copy(ImageReference image, CopyOptions options, Duration time) {
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
