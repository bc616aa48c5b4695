package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Printable;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.time.Duration;
import java.time.InstantSource;

/** A request in, an image in the mirror, and word of it out. */
final class ReplicateWorker implements Worker {
  /** What is left to answer in, once a copy has stopped at its deadline. */
  private static final Duration RESERVE = Duration.ofSeconds(20);

  /** The queue gives up after five receipts; the last one says so to whoever waits. */
  private static final int LAST_ATTEMPT = 5;

  private final Copier copier;
  private final Announcer announcer;

  ReplicateWorker(Copier copier, Announcer announcer) {
    this.copier = copier;
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
    return switch (replicate(request.image(), context)) {
      case Replication.Replicated it -> announce(new Announcement.Replicated(request, it));
      case Replication.Refused it -> announce(failed(request, it.why()));
      case Replication.Postponed it when message.attempt() < LAST_ATTEMPT ->
          new Later(it.image().familiar() + ": " + it.why(), it.after());
      case Replication.Postponed it -> announce(failed(request, "given up: " + it.why()));
    };
  }

  /** One copy, within the time that this invocation has left. */
  Replication replicate(ImageReference image, Context context) {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    var progress = new LoggedProgress(image, InstantSource.system());
    return copier.replicate(image, Deadline.in(time, InstantSource.system()), progress);
  }

  private static Announcement failed(ReplicationRequest request, String why) {
    return new Announcement.NotReplicated(request.origin(), request.image(), why);
  }

  private Outcome announce(Announcement announcement) {
    announcer.announce(announcement);
    return new Done(announcement.origin().id() + ": " + Sentence.of(announcement));
  }
}
