package io.pullrescue.lambda;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import io.pullrescue.config.PlatformSelection;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.replication.request.ReplicationRequestMessage;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Limits the number of classes between the replicate handler and a request.
 *
 * <p>The registry dumps all threads while it holds the request. The classes are those on the stack
 * of the requesting thread and of the function's thread, which waits for it; nested classes count
 * with their top-level class.
 */
class ReplicationCallDepthTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The classes that call the service in AWS Lambda. */
  private static final List<Class<?>> HANDLERS =
      List.of(ReplicateHandler.class, SqsMessageHandler.class);

  private final ReplicationFixture fixture = new ReplicationFixture();
  private final Set<String> classes = new TreeSet<>();

  @TempDir private Path folder;
  private int dumps;

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void reachesFirstHeadThroughEightClasses() {
    recordOn(fixture.dockerHub, "HEAD", "manifests/1", "SourceRepository");

    replicate();

    assertThat(classes).contains("SourceRepository", "HttpTransport").hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void reachesBlobPutThroughFourteenClasses() {
    recordOn(fixture.mirror, "PUT", "blobs/uploads", "BlobUpload");

    replicate();

    assertThat(classes).contains("BlobUpload", "HttpTransport").hasSizeLessThanOrEqualTo(14);
  }

  private void replicate() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(100_000, 1));
    var image = ImageReference.of("acme/app:1");
    var request = new ReplicationRequest(new Trigger.Manual("1"), image, List.of(image), false);
    new ReplicationService(
            fixture.replicator()::replicate,
            PlatformSelection.ALL,
            PullRescueConfig.Replication.DEFAULTS,
            TestFixtures.noPullSecrets(),
            new FakeSqs().replicationQueue(),
            RetryFixture.noRetries(),
            new TestFixtures.RecordingEventPublisher(),
            InstantSource.system())
        .process(
            new QueueMessage("1", ReplicationRequestMessage.of(request).body(), 1),
            TestFixtures.context(600_000));
    HANDLERS.forEach(handler -> classes.add(handler.getSimpleName()));
  }

  private void recordOn(
      FaultyRegistry registry, String method, String pathPart, String requestingClass) {
    registry.enqueue(
        method,
        pathPart,
        exchange -> {
          record(requestingClass);
          registry.forward(exchange);
        });
  }

  private void record(String requestingClass) throws IOException {
    var file = folder.resolve("threads" + dumps++ + ".json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    for (var stack : JSON.readTree(Files.readString(file)).findValues("stack")) {
      var onStack = productionClasses(stack);
      if (onStack.contains("ReplicationService")
          || onStack.containsAll(Set.of(requestingClass, "HttpTransport"))) {
        classes.addAll(onStack);
      }
    }
  }

  private Set<String> productionClasses(JsonNode stack) {
    return Stream.iterate(0, index -> index < stack.size(), index -> index + 1)
        .map(index -> stack.get(index).asText())
        .filter(frame -> frame.startsWith("io.pullrescue."))
        .filter(not(frame -> frame.startsWith("io.pullrescue.testing.")))
        .filter(not(frame -> frame.startsWith(getClass().getName())))
        .map(frame -> frame.replaceFirst("\\(.*", "").replaceFirst("\\.[^.]*$", ""))
        .map(name -> name.replaceFirst("[$/].*", "").replaceFirst(".*\\.", ""))
        .collect(Collectors.toSet());
  }
}
