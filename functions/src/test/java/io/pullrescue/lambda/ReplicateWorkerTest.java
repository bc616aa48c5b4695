package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.replication.Tally;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.BusEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplicateWorkerTest {
  private static final ReplicationRequest REQUEST =
      new ReplicationRequest(
          new Origin.Build(Rescued.BUILD, "shop"), Rescued.RUBY, List.of(Rescued.RUBY), true);
  private static final ImageReference COPY =
      Rescued.MIRROR
          .copyOf(Rescued.RUBY)
          .orElseThrow()
          .withDigest(Rescued.copy(Rescued.RUBY).digest());

  private final Rescued.Ears ears = new Rescued.Ears();
  private Replication result =
      new Replicated(
          Rescued.RUBY,
          COPY,
          Rescued.RUBY,
          new Tally(1024, 3, 512, 1, 2, 2, Duration.ofMillis(1500)),
          List.of());

  @Test
  void tellsWhoeverWaitsThatTheImageIsThere() {
    assertThat(work(1))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("1,024 bytes in 3 blobs from docker.io in 1.5 s, 2 counted request(s)");
    assertThat(ears.last()).isEqualTo(new Announcement.Replicated(REQUEST, (Replicated) result));
  }

  @Test
  void saysSoWhenNothingHadToMove() {
    result =
        new Replicated(Rescued.RUBY, COPY, COPY, Tally.nothing(Duration.ofMillis(20)), List.of());

    assertThat(work(1))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("it was there already");
  }

  @Test
  void refusalsAreAnnouncedAndNotTriedAgain() {
    result = new Refused(Rescued.RUBY, "no such image");

    assertThat(work(1)).isInstanceOf(Done.class);
    assertThat(BusEvent.of(ears.heard.getFirst()))
        .satisfies(it -> {
          assertThat(it.detailType()).isEqualTo("Image Replication Failed");
          assertThat(it.detail()).contains("no such image");
        });
  }

  @Test
  void postponedCopiesGoBackToTheQueueUntilTheLastReceipt() {
    result = new Postponed(Rescued.RUBY, "the limit is reached", Duration.ofHours(6));

    assertThat(work(1)).isEqualTo(new Later("ruby:2.7: the limit is reached", Duration.ofHours(6)));
    assertThat(ears.heard).isEmpty();
    assertThat(work(5)).isInstanceOf(Done.class);
    assertThat(ears.last())
        .asInstanceOf(type(Announcement.NotReplicated.class))
        .satisfies(it -> assertThat(it.why()).startsWith("given up: the limit"));
  }

  @Test
  void garbageDoesNotBlockTheQueue() {
    var garbage = new Message("1", "{\"image\": \"$(id)\"}\u001b[31m", 1, null);

    assertThat(worker().work(garbage, Rescued.context(60_000)))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .startsWith("ignored: not a replication request")
        .doesNotContain("\u001b");
  }

  @Test
  void stopsBeforeLambdaWouldStopIt() {
    worker(
            (image, deadline, progress) -> {
              assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(40));
              return result;
            })
        .work(message(1), Rescued.context(60_000));

    assertThat(ears.heard).hasSize(1);
  }

  private Outcome work(int attempt) {
    return worker().work(message(attempt), Rescued.context(60_000));
  }

  private static Message message(int attempt) {
    return new Message("1", RequestMessage.of(REQUEST).body(), attempt, null);
  }

  private ReplicateWorker worker() {
    return worker((image, deadline, progress) -> result);
  }

  private ReplicateWorker worker(Copier copier) {
    return new ReplicateWorker(copier, ears);
  }
}
