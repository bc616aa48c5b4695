package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.testing.DockerRegistry;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.testing.TestImage;
import io.pullrescue.testing.ThrottledProxy;
import io.pullrescue.workload.ProcessingResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An image that does not fit into one invocation, copied between real registries over a link that
 * is too slow for it: 60 GB in fifteen minutes, at a scale of one to ten thousand.
 *
 * <p>The time of the invocations passes with the bytes that the link transfers, so that a slow
 * machine does not change the result.
 */
class ReplicationServiceLargeImageIT {
  @RegisterExtension static final DockerRegistry HUB = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry ECR = DockerRegistry.start();

  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final int BYTES_PER_SECOND = 1_000_000;

  /** An invocation has 1.5 seconds more than the time that it reserves for its response. */
  private static final int INVOCATION_MILLIS = 20_000 + 1_500;

  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final FakeSqs sqs = new FakeSqs();
  private final List<String> log = new ArrayList<>();
  private final ThrottledProxy link = new ThrottledProxy(HUB.endpoint(), BYTES_PER_SECOND);
  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(
              Map.of("quay.io", link.endpoint(), MIRROR, ECR.endpoint())),
          RegistryClient.Options.withMaxConnectionsPerHost(16));

  private final ImageReplicator replicator =
      new ImageReplicator(
          new MirrorNaming(MIRROR, Map.of("quay.io", "quay")),
          registryClient,
          repository -> false,
          registry -> Optional.<RegistryCredentials>empty(),
          new CopyLimits(8, CopyLimits.DEFAULT_MAX_IMAGE_BYTES),
          ByteBudget.UNLIMITED);

  ReplicationServiceLargeImageIT() throws IOException {}

  @AfterEach
  void close() throws IOException {
    registryClient.close();
    link.close();
  }

  @Test
  void copiesLargeImageOverSeveralInvocationsWithoutRepeats() throws Exception {
    var layers = new int[] {600_001, 600_002, 600_003, 600_004, 600_005, 600_006, 600_007, 600_008};
    var image = image("many", layers);
    var bytes = IntStream.of(layers).sum() + CONFIG.length + manifest("many").length;

    invokeUntilTheQueueIsEmpty(image);

    assertThat(publisher.events).as(String.join("\n", log)).hasSize(1);
    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RescueEvent.Replicated.class))
        .satisfies(replicated -> {
          var resumeState = replicated.request().resumeState();
          var lastStats = replicated.result().stats();
          assertThat(resumeState.invocations()).isGreaterThan(1);
          assertThat(resumeState.concurrencyReductions())
              .as("eight at once would never arrive")
              .isPositive();
          assertThat(resumeState.bytesCopied() + lastStats.bytesCopied()).isEqualTo(bytes);
          assertThat(lastStats.blobsCopied()).isLessThan(layers.length);
        });
  }

  @Test
  void namesBlobTooLargeForOneInvocation() throws Exception {
    var image = image("one", 100_000, 9_000_000);

    invokeUntilTheQueueIsEmpty(image);

    assertThat(publisher.lastEvent())
        .asInstanceOf(type(RescueEvent.ReplicationFailed.class))
        .satisfies(replicationFailed ->
            assertThat(replicationFailed.reason())
                .startsWith("given up after 5 attempts: ")
                .contains(
                    "0 blobs were copied, and these are incomplete: sha256:",
                    "of 9,000,000 bytes"));
  }

  private static ImageReference image(String name, int... layers) throws Exception {
    var bytes = IntStream.of(layers).mapToObj(size -> TestImage.randomBytes(size, size));
    new TestImage(HUB.endpoint(), "tools/" + name)
        .pushManifest("1", CONFIG, bytes.toArray(byte[][]::new));
    return ImageReference.of("quay.io/tools/" + name + ":1");
  }

  private static byte[] manifest(String name) throws Exception {
    return new TestImage(HUB.endpoint(), "tools/" + name).getManifest("1").body();
  }

  /** Delivers each message up to five times, as Amazon SQS does. */
  private void invokeUntilTheQueueIsEmpty(ImageReference image) {
    var trigger = new Trigger.Build(TestFixtures.BUILD, "shop");
    sqs.replicationQueue().send(new ReplicationRequest(trigger, image, List.of(image), true));
    var service =
        new ReplicationService(
            replicator::replicate,
            PlatformSelection.ALL,
            PullRescueConfig.Replication.DEFAULTS,
            TestFixtures.noPullSecrets(),
            sqs.replicationQueue(),
            RetryFixture.noRetries(),
            publisher,
            link.clock());
    while (!sqs.messages.isEmpty()) {
      var body = sqs.messages.removeFirst().messageBody();
      for (var receiveCount = 1; receiveCount <= 5; receiveCount++) {
        var result =
            service.process(
                new QueueMessage("1", body, receiveCount), TestFixtures.context(INVOCATION_MILLIS));
        log.add(result.toString());
        if (result instanceof ProcessingResult.Completed) {
          break;
        }
      }
    }
  }
}
