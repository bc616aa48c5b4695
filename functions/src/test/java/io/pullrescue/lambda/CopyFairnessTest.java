package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Simulates ten functions at a FIFO queue with the messages that are really sent: of each group one
 * message is processed at a time, the oldest message whose group is free is delivered next.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html">FIFO
 *     delivery logic</a>
 */
final class CopyFairnessTest {
  private static final int FUNCTIONS = PullRescueConfig.Replication.DEFAULTS.maxConcurrentCopies();
  private static final Duration INVOCATION = Duration.ofMinutes(15);
  private static final long BYTES_PER_SECOND = 75_000_000;

  /** Reads manifests, and asks which blobs exist. */
  private static final Duration PLANNING = Duration.ofSeconds(5);

  private static final long LARGE = 100L << 30;
  private static final long SMALL = 300L << 20;

  private final FakeSqs queue = new FakeSqs();
  private final Map<ImageReference, Long> missingBytes = new HashMap<>();
  private final Map<ImageReference, Instant> firstStart = new HashMap<>();
  private final Map<ImageReference, Instant> end = new HashMap<>();
  private Instant now = Instant.EPOCH;
  private Duration duration = Duration.ZERO;
  private int mostLongCopies;

  private final ReplicationService service =
      new ReplicationService(
          (image, options, deadline, _) -> copy(image, options, deadline.remaining()),
          PlatformSelection.ALL,
          PullRescueConfig.Replication.DEFAULTS,
          TestFixtures.noPullSecrets(),
          queue.replicationQueue(),
          RetryFixture.noRetries(),
          new TestFixtures.RecordingEventPublisher(),
          () -> now);

  @ParameterizedTest
  @ValueSource(ints = {10, 100})
  void startsOtherProjectWithinMinutes(int images) {
    request("hungry", images, LARGE);
    var other = request("other", 1, SMALL).getFirst();

    simulate(other);

    assertThat(Duration.between(Instant.EPOCH, firstStart.get(other)))
        .isLessThanOrEqualTo(Duration.ofMinutes(3));
    assertThat(end.get(other)).isBefore(Instant.EPOCH.plus(Duration.ofMinutes(4)));
  }

  @Test
  void startsOtherProjectWhileLongCopiesRun() {
    for (var project = 0; project < 20; project++) {
      request("hungry-" + project, 5, LARGE);
    }
    simulateUntil(Instant.EPOCH.plus(Duration.ofHours(1)));
    var other = request("other", 1, SMALL).getFirst();
    var requestedAt = now;

    simulate(other);

    assertThat(Duration.between(requestedAt, firstStart.get(other)))
        .isLessThanOrEqualTo(Duration.ofMinutes(2));
    assertThat(mostLongCopies).isEqualTo(FUNCTIONS / 2);
  }

  @Test
  void copiesLargeImageOfOtherProjectMeanwhile() {
    request("hungry", 100, LARGE);
    var other = request("other", 1, LARGE).getFirst();

    simulate(other);

    assertThat(end.get(other)).isBefore(Instant.EPOCH.plus(Duration.ofHours(1)));
  }

  @Test
  void completesAllCopies() {
    var images = request("hungry", 3, LARGE);

    simulateUntil(Instant.MAX);

    assertThat(end.keySet()).containsAll(images);
  }

  private List<ImageReference> request(String project, int images, long bytes) {
    var requested = new ArrayList<ImageReference>();
    IntStream.range(0, images)
        .forEach(number -> {
          var image = ImageReference.of("quay.io/%s/image%d:1".formatted(project, number));
          missingBytes.put(image, bytes);
          requested.add(image);
          queue
              .replicationQueue()
              .send(
                  new ReplicationRequest(
                      new Trigger.Build(project + ":" + number / 10, project),
                      image,
                      List.of(image),
                      true));
        });
    return requested;
  }

  /** Copies as the engine does: nothing of an image above the limit, and no longer than allowed. */
  private ReplicationResult copy(ImageReference image, CopyOptions options, Duration time) {
    firstStart.putIfAbsent(image, now);
    var missing = missingBytes.getOrDefault(image, 0L);
    if (missing > options.maxBytes()) {
      duration = PLANNING;
      return deferred(image, 0);
    }
    var copied = Math.min(missing, time.minus(PLANNING).toSeconds() * BYTES_PER_SECOND);
    duration = PLANNING.plusSeconds(Math.ceilDiv(copied, BYTES_PER_SECOND));
    missingBytes.put(image, missing - copied);
    if (copied < missing) {
      return deferred(image, copied);
    }
    end.put(image, now.plus(duration));
    return new ReplicationResult.Replicated(
        image,
        TestFixtures.MIRROR
            .mirrorReference(image)
            .orElseThrow()
            .withDigest(Digest.of(image.toString().getBytes(StandardCharsets.UTF_8))),
        image,
        stats(copied),
        List.of());
  }

  private static ReplicationResult deferred(ImageReference image, long bytes) {
    return new ReplicationResult.Deferred(image, "later", Duration.ZERO, stats(bytes));
  }

  private static CopyStats stats(long bytes) {
    return new CopyStats(bytes, bytes > 0 ? 1 : 0, 0, 0, 1, 0, Duration.ofSeconds(1));
  }

  private void simulate(ImageReference until) {
    simulateWhile(() -> !end.containsKey(until));
  }

  private void simulateUntil(Instant time) {
    simulateWhile(() -> now.isBefore(time));
  }

  private record Running(String group, Instant until, List<SendMessageRequest> sent) {}

  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparing(Running::until));

  private void simulateWhile(BooleanSupplier condition) {
    while (condition.getAsBoolean()) {
      startAll();
      var next = running.poll();
      if (next == null) {
        return;
      }
      now = next.until();
      // What an invocation sends is delivered when it has ended: its own message is deleted then.
      queue.messages.addAll(next.sent());
    }
  }

  private void startAll() {
    var busy = new HashSet<String>();
    running.forEach(invocation -> busy.add(invocation.group()));
    for (var message : List.copyOf(queue.messages)) {
      if (running.size() < FUNCTIONS && busy.add(message.messageGroupId())) {
        queue.messages.remove(message);
        running.add(invoke(message));
      }
    }
    mostLongCopies =
        Math.max(
            mostLongCopies,
            (int) busy.stream().filter(group -> group.startsWith("long-copies-")).count());
  }

  private Running invoke(SendMessageRequest message) {
    var waiting = List.copyOf(queue.messages);
    queue.messages.clear();
    var result =
        service.process(
            new QueueMessage("1", message.messageBody(), 1),
            TestFixtures.context((int) INVOCATION.toMillis()));
    assertThat(result).isInstanceOf(ProcessingResult.Completed.class);
    var sent = List.copyOf(queue.messages);
    queue.messages.clear();
    queue.messages.addAll(waiting);
    return new Running(message.messageGroupId(), now.plus(duration), sent);
  }
}
