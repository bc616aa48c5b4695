package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.registry.DockerRegistry;
import io.pullrescue.registry.HttpRegistries;
import io.pullrescue.registry.NarrowLink;
import io.pullrescue.registry.Network;
import io.pullrescue.registry.TestImage;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.Replicator;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.report.Announcement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An image that does not fit into one invocation, between real registries over a link that is too
 * narrow for it: 60 GB in fifteen minutes, at a scale of one to ten thousand.
 */
class LargeImageIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final int BYTES_PER_SECOND = 1_000_000;

  /** An invocation has this much more than what it keeps to answer in. */
  private static final int INVOCATION = 20_000 + 1_500;

  private final Rescued.Ears ears = new Rescued.Ears();
  private final Queue<ReplicationRequest> queue = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private final NarrowLink link = new NarrowLink(HUB.endpoint(), BYTES_PER_SECOND);
  private final HttpRegistries registries =
      new HttpRegistries(
          Network.local(Map.of("quay.io", link.endpoint(), MIRROR, ECR.endpoint())), 16);

  LargeImageIT() throws IOException {}

  @AfterEach
  void close() throws IOException {
    registries.close();
    link.close();
  }

  @Test
  void getsThereOverSeveralInvocationsAndMovesNothingTwice() throws Exception {
    var layers = new int[] {600_001, 600_002, 600_003, 600_004, 600_005, 600_006, 600_007, 600_008};
    var image = image("many", layers);
    var bytes = IntStream.of(layers).sum() + CONFIG.length + manifest("many").length;

    invokeUntilTheQueueIsEmpty(image);

    assertThat(ears.heard).as(String.join("\n", log)).hasSize(1);
    assertThat(ears.last())
        .asInstanceOf(type(Announcement.Replicated.class))
        .satisfies(it -> {
          var before = it.request().continuation();
          var last = it.result().tally();
          assertThat(before.count()).isGreaterThan(1);
          assertThat(before.restraint()).as("eight at once would never arrive").isPositive();
          assertThat(before.bytes() + last.bytes()).isEqualTo(bytes);
          assertThat(last.blobsMoved()).isLessThan(layers.length);
        });
  }

  @Test
  void namesTheBlobThatIsTooLargeForAnyInvocation() throws Exception {
    var image = image("one", 100_000, 9_000_000);

    invokeUntilTheQueueIsEmpty(image);

    assertThat(ears.last())
        .asInstanceOf(type(Announcement.NotReplicated.class))
        .satisfies(it ->
            assertThat(it.why())
                .startsWith("given up: ")
                .contains(
                    "0 blobs arrived in it, and these did not: sha256:", "of 9,000,000 bytes"));
  }

  private static ImageReference image(String name, int... layers) throws Exception {
    var bytes = IntStream.of(layers).mapToObj(size -> TestImage.noise(size, size));
    new TestImage(HUB.endpoint(), "tools/" + name)
        .manifest("1", CONFIG, bytes.toArray(byte[][]::new));
    return ImageReference.of("quay.io/tools/" + name + ":1");
  }

  private static byte[] manifest(String name) throws Exception {
    return new TestImage(HUB.endpoint(), "tools/" + name).manifest("1").body();
  }

  /** As Amazon SQS does it: what is put back comes again, five times at most. */
  private void invokeUntilTheQueueIsEmpty(ImageReference image) {
    var origin = new Origin.Build(Rescued.BUILD, "shop");
    queue.add(new ReplicationRequest(origin, image, List.of(image), true));
    var worker = new ReplicateWorker(new TimedCopier(this::copy), queue::add, ears);
    while (!queue.isEmpty()) {
      var body = RequestMessage.of(queue.remove()).body();
      for (var attempt = 1; attempt <= 5; attempt++) {
        var outcome =
            worker.work(new Message("1", body, attempt, null), Rescued.context(INVOCATION));
        log.add(outcome.toString());
        if (outcome instanceof Outcome.Done) {
          break;
        }
      }
    }
  }

  private Replication copy(CopyOrder order, Deadline deadline, Progress progress) {
    return new Replicator(
            new Mirror(MIRROR, Map.of("quay.io", "quay")),
            registries,
            repository -> false,
            registry -> Optional.<Login>empty(),
            new Limits(8, Limits.CUSTOMARY_BYTES))
        .restrained(order.restraint())
        .replicate(order.image(), deadline, progress);
  }
}
