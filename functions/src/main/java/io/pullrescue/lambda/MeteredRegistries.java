package io.pullrescue.lambda;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.ForwardingUpstream;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.ManifestHead;
import io.pullrescue.replication.MirrorRepository;
import io.pullrescue.replication.Quota;
import io.pullrescue.replication.Registries;
import io.pullrescue.replication.UpstreamRepository;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Records how many pulls an upstream says are left, whenever it is asked for an image. */
record MeteredRegistries(Registries registries, Meter meter) implements Registries {
  @Override
  public UpstreamRepository upstream(
      ImageReference image, @Nullable Login login, Deadline deadline) {
    return new Metered(
        registries.upstream(image, login, deadline), Map.of("Registry", image.registry()), meter);
  }

  @Override
  public MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline) {
    return registries.mirror(copy, login, deadline);
  }

  /** The question for an image comes once, and first; a line for each manifest would be noise. */
  private record Metered(UpstreamRepository repository, Map<String, String> dimensions, Meter meter)
      implements ForwardingUpstream {
    @Override
    public Optional<ManifestHead> announce(String identifier) {
      var head = repository.announce(identifier);
      head.map(ManifestHead::quota)
          .filter(quota -> !quota.equals(Quota.UNLIMITED))
          .ifPresent(quota ->
              meter.record("PullsLeft", (double) quota.remaining(), MetricUnit.COUNT, dimensions));
      return head;
    }
  }
}
