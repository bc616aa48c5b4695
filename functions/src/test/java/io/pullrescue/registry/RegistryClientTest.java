package io.pullrescue.registry;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryClientTest {
  private final FaultyRegistry dockerHub = new FaultyRegistry();
  private final List<String> reported = new ArrayList<>();
  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(Map.of("docker.io", dockerHub.endpoint())),
          new RegistryClient.Options(
              4,
              true,
              (registry, rateLimit) -> reported.add(registry + " " + rateLimit.remaining())));

  @AfterEach
  void close() throws IOException {
    registryClient.close();
    dockerHub.close();
  }

  @Test
  void reportsRateLimitOncePerLookup() {
    dockerHub.pushImage("2.7", TestImage.randomBytes(100, 1));
    dockerHub.enqueue("HEAD", "manifests", dockerHub.withHeader("ratelimit-remaining", "76;w=60"));
    dockerHub.enqueue("GET", "manifests", dockerHub.withHeader("ratelimit-remaining", "75;w=60"));
    var source = registryClient.sourceRepository(image(), null, deadline());

    assertThat(source.headManifest("2.7")).isPresent();
    source.getManifest("2.7");

    assertThat(reported).containsExactly("docker.io 76");
  }

  @Test
  void reportsNothingForRegistryWithoutRateLimit() {
    dockerHub.enqueue("HEAD", "manifests", status(200, ""));

    registryClient.sourceRepository(image(), null, deadline()).headManifest("2.7");

    assertThat(reported).isEmpty();
  }

  @Test
  void sendsNothingToDestinationOfReadOnlyClient() {
    var manifest = new Manifest("{}".getBytes(StandardCharsets.UTF_8), "application/json");
    var destination = registryClient.destinationRepository(image(), null, deadline());

    destination.putManifest("2.7", manifest);
    destination.putBlob(
        new Descriptor("application/x-layer", manifest.digest(), 2, null),
        _ -> {
          throw new AssertionError("a blob was opened");
        });

    assertThat(registryClient.requestCount()).isZero();
  }

  private static ImageReference image() {
    return ImageReference.of("acme/app:2.7");
  }

  private static Deadline deadline() {
    return Deadline.after(Duration.ofMinutes(1), InstantSource.system());
  }
}
