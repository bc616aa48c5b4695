package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.Continuation;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplicateWorkerTest {
  private static final ReplicationRequest REQUEST =
      new ReplicationRequest(
          new Origin.Build(Rescued.BUILD, "shop"), Rescued.RUBY, List.of(Rescued.RUBY), true);
  private static final ReplicationRequest REFRESH =
      new ReplicationRequest(
          new Origin.Refresh("request-2"), Rescued.RUBY, List.of(Rescued.RUBY), false);
  private static final ImageReference COPY =
      Rescued.MIRROR
          .copyOf(Rescued.RUBY)
          .orElseThrow()
          .withDigest(Rescued.copy(Rescued.RUBY).digest());

  private static final Tally MOVED_NOTHING = Tally.nothing(Duration.ofMinutes(14));

  private final List<ReplicationRequest> queue = new ArrayList<>();
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
    result =
        new Postponed(Rescued.RUBY, "the limit is reached", Duration.ofHours(6), MOVED_NOTHING);

    assertThat(work(1)).isEqualTo(new Later("ruby:2.7: the limit is reached", Duration.ofHours(6)));
    assertThat(ears.heard).isEmpty();
    assertThat(work(5)).isInstanceOf(Done.class);
    assertThat(ears.last())
        .asInstanceOf(type(Announcement.NotReplicated.class))
        .satisfies(it -> assertThat(it.why()).startsWith("given up: the limit"));
  }

  @Test
  void goesOnInAMessageOfItsOwnWhereTheLastInvocationMadeProgress() {
    result = new Postponed(Rescued.RUBY, "the time was up", Duration.ZERO, moved(5, 4096));

    assertThat(work(2))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("goes on in another invocation, 4,096 bytes after 1: the time was up");
    assertThat(queue).containsExactly(REQUEST.after(new Continuation(1, 4096, 1)));
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void isReadFromItsMessageAsItWasSent() {
    var request =
        REQUEST
            .with("team-login")
            .after(new Continuation(3, 1L << 40, 2))
            .on(Platform.parse("linux/arm64").get());
    var message = RequestMessage.of(request);

    assertThat(RequestMessage.parse(message.body())).contains(request);
    assertThat(message.group()).isEqualTo(RequestMessage.of(REQUEST).group());
    assertThat(message.deduplicationId())
        .isNotEqualTo(RequestMessage.of(REQUEST).deduplicationId());
  }

  @Test
  void aSecondContainerWithAnotherLoginForTheSameImageIsNotTakenForTheFirst() {
    assertThat(
            List.of(REQUEST, REQUEST.with("team-login"), REQUEST.with("other-login")).stream()
                .map(RequestMessage::of))
        .extracting(RequestMessage::deduplicationId)
        .doesNotHaveDuplicates();
  }

  @Test
  void continuesOnlySoOftenThatLambdaDoesNotTakeItForALoop() {
    result = new Postponed(Rescued.RUBY, "the time was up", Duration.ZERO, moved(1, 1));
    var often = REQUEST.after(new Continuation(12, 12, 0));

    assertThat(worker().work(message(often, 1), Rescued.context(60_000)))
        .isEqualTo(new Later("ruby:2.7: the time was up", Duration.ZERO));
    assertThat(queue).isEmpty();
  }

  @Test
  void holdsBackMoreWithEachReceiptThatBroughtNothing() {
    var restraints = new ArrayList<Integer>();
    var held = REQUEST.after(new Continuation(1, 1, 1));
    var worker =
        worker((order, deadline, progress) -> {
          restraints.add(order.restraint());
          return result;
        });

    worker.work(message(REQUEST, 1), Rescued.context(60_000));
    worker.work(message(REQUEST, 3), Rescued.context(60_000));
    worker.work(message(held, 2), Rescued.context(60_000));

    assertThat(restraints).containsExactly(0, 2, 2);
  }

  @Test
  void anImageByDigestIsCopiedWholeWhateverItsOriginRunsOn() {
    var linux = Platform.parse("linux/amd64").get();
    var digest = ImageReference.of("ruby@" + Rescued.copy(Rescued.RUBY).digest());
    var pinned = new ReplicationRequest(REQUEST.origin(), digest, List.of(digest), true);

    assertThat(CopyOrder.of(REQUEST.on(linux), 1).platform()).isEqualTo(linux);
    assertThat(CopyOrder.of(pinned.on(linux), 1).platform()).isNull();
  }

  @Test
  void aRefreshThatMovesNothingTellsNobody() {
    result =
        new Replicated(Rescued.RUBY, COPY, COPY, Tally.nothing(Duration.ofMillis(20)), List.of());

    assertThat(refresh())
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("ruby:2.7 is", "it was there already");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void whatARefreshMovedIsOnTheBus() {
    refresh();

    assertThat(ears.last()).isEqualTo(new Announcement.Replicated(REFRESH, (Replicated) result));
  }

  @Test
  void aTagThatMayNotBeMovedIsReportedByARefreshToo() {
    result = new Refused(Rescued.RUBY, "the tag 2.7 is immutable");

    assertThat(refresh()).isInstanceOf(Done.class);
    assertThat(ears.last())
        .isEqualTo(
            new Announcement.NotReplicated(
                REFRESH.origin(), Rescued.RUBY, "the tag 2.7 is immutable"));
  }

  @Test
  void aRefreshThatMustWaitGoesToTheNextOneAndKeepsNobodyWaiting() {
    result =
        new Postponed(Rescued.RUBY, "the limit is reached", Duration.ofHours(6), MOVED_NOTHING);

    assertThat(refresh())
        .isEqualTo(
            new Done(
                "ruby:2.7: left for the next refresh (60 pulls are kept for failed work):"
                    + " the limit is reached"));
    assertThat(ears.heard).isEmpty();
    assertThat(queue).isEmpty();
  }

  @Test
  void aRefreshOfALargeImageGoesOnWhereItMadeProgress() {
    result = new Postponed(Rescued.RUBY, "the time was up", Duration.ZERO, moved(5, 4096));

    assertThat(refresh()).isInstanceOf(Done.class);
    assertThat(queue).containsExactly(REFRESH.after(new Continuation(1, 4096, 0)));
  }

  @Test
  void onlyARefreshLeavesPullsToOthers() {
    assertThat(CopyOrder.of(REQUEST, 1).spared()).isZero();
    assertThat(CopyOrder.of(REFRESH, 1).spared()).isEqualTo(60);
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
            (order, deadline, progress) -> {
              assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(40));
              return result;
            })
        .work(message(1), Rescued.context(60_000));

    assertThat(ears.heard).hasSize(1);
  }

  private Outcome refresh() {
    return worker().work(message(REFRESH, 1), Rescued.context(60_000));
  }

  private Outcome work(int attempt) {
    return worker().work(message(attempt), Rescued.context(60_000));
  }

  private static Message message(int attempt) {
    return message(REQUEST, attempt);
  }

  private static Message message(ReplicationRequest request, int attempt) {
    return new Message("1", RequestMessage.of(request).body(), attempt, null);
  }

  private static Tally moved(int blobs, long bytes) {
    return new Tally(bytes, blobs, 0, 0, 0, 1, Duration.ofMinutes(14));
  }

  private ReplicateWorker worker() {
    return worker((order, deadline, progress) -> result);
  }

  private ReplicateWorker worker(Copier copier) {
    return new ReplicateWorker(new TimedCopier(copier), queue::add, ears);
  }
}
