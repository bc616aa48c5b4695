package io.pullrescue.lambda;

import io.pullrescue.event.publish.Meter;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.ForwardingSourceRepository;
import io.pullrescue.registry.ManifestHead;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RateLimit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Records how many pulls an upstream says are left, whenever it is asked for an image. */
record MetricsRegistryClient(RegistryClient registryClient, Meter meter) implements RegistryClient {
  @Override
  public SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return new MetricsSourceRepository(
        registryClient.sourceRepository(image, credentials, deadline),
        Map.of("Registry", image.registry()),
        meter);
  }

  @Override
  public DestinationRepository destinationRepository(
      ImageReference mirrorReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return registryClient.destinationRepository(mirrorReference, credentials, deadline);
  }

  /** The question for an image comes once, and first; a line for each manifest would be noise. */
  private record MetricsSourceRepository(
      SourceRepository repository, Map<String, String> dimensions, Meter meter)
      implements ForwardingSourceRepository {
    @Override
    public Optional<ManifestHead> headManifest(String identifier) {
      var head = repository.headManifest(identifier);
      head.map(ManifestHead::rateLimit)
          .filter(rateLimit -> !rateLimit.equals(RateLimit.UNLIMITED))
          .ifPresent(rateLimit ->
              meter.record(
                  "PullsLeft", (double) rateLimit.remaining(), MetricUnit.COUNT, dimensions));
      return head;
    }
  }
}
