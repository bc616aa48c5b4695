package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.Printable;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.replication.RequestQueue;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.util.Locale;

/** A request in, an image in the mirror, and word of it out. */
final class ReplicateWorker implements Worker {
  /** The queue gives up after five receipts; the last one says so to whoever waits. */
  private static final int LAST_ATTEMPT = 5;

  /**
   * AWS Lambda stops what looks like a loop after about sixteen rounds through one function. Our
   * own end comes first: what is left then is tried as often as the queue allows.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive
   *     loop detection</a>
   */
  private static final int MOST_CONTINUATIONS = 12;

  private final TimedCopier copier;
  private final RequestQueue requests;
  private final Announcer announcer;

  ReplicateWorker(TimedCopier copier, RequestQueue requests, Announcer announcer) {
    this.copier = copier;
    this.requests = requests;
    this.announcer = announcer;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return RequestMessage.parse(message.body())
        .map(request -> replicate(request, message, context))
        .orElseGet(
            () -> new Done("ignored: not a replication request: " + Printable.of(message.body())));
  }

  private Outcome replicate(ReplicationRequest request, Message message, Context context) {
    var order = CopyOrder.of(request, message.attempt());
    return switch (copier.replicate(order, context)) {
      case Replication.Replicated it when isRefresh(request) && it.isUnmoved() ->
          new Done(Sentence.of(new Announcement.Replicated(request, it)));
      case Replication.Replicated it ->
          Done.telling(announcer, new Announcement.Replicated(request, it));
      case Replication.Refused it -> Done.telling(announcer, failed(request, it.why()));
      case Replication.Postponed it when mayContinue(request, it) ->
          goOn(request.after(request.continuation().and(it.tally(), order.restraint())), it);
      case Replication.Postponed it when isRefresh(request) ->
          new Done(
              "%s: left for the next refresh (%d pulls are kept for failed work): %s"
                  .formatted(it.image().familiar(), order.spared(), it.why()));
      case Replication.Postponed it when message.attempt() < LAST_ATTEMPT ->
          new Later(it.image().familiar() + ": " + it.why(), it.after());
      case Replication.Postponed it ->
          Done.telling(announcer, failed(request, "given up: " + it.why()));
    };
  }

  /**
   * Nobody waits for what a refresh asks for. A message that is put back would keep those of failed
   * work waiting that are for the same image.
   */
  private static boolean isRefresh(ReplicationRequest request) {
    return request.origin() instanceof Origin.Refresh;
  }

  private static boolean mayContinue(ReplicationRequest request, Replication.Postponed postponed) {
    return postponed.madeProgress() && request.continuation().count() < MOST_CONTINUATIONS;
  }

  /**
   * A message of its own, so that what made progress does not use up the receipts of the one that
   * it came with. It waits in the same group until that one is done with.
   */
  private Outcome goOn(ReplicationRequest request, Replication.Postponed postponed) {
    requests.put(request);
    return new Done(
        String.format(
            Locale.ROOT,
            "%s: goes on in another invocation, %,d bytes after %d: %s",
            request.image().familiar(),
            request.continuation().bytes(),
            request.continuation().count(),
            postponed.why()));
  }

  private static Announcement failed(ReplicationRequest request, String why) {
    return new Announcement.NotReplicated(request.origin(), request.image(), why);
  }
}
