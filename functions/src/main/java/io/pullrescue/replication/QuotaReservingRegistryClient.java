package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.ForwardingSourceRepository;
import io.pullrescue.registry.ManifestHead;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.Deadline;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registries of which somebody sees only so much quota as others can do without. */
record QuotaReservingRegistryClient(RegistryClient delegate, long reservedPulls)
    implements RegistryClient {
  @Override
  public SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return new QuotaReservingRepository(
        delegate.sourceRepository(image, credentials, deadline), reservedPulls);
  }

  @Override
  public DestinationRepository destinationRepository(
      ImageReference mirrorReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return delegate.destinationRepository(mirrorReference, credentials, deadline);
  }

  private record QuotaReservingRepository(SourceRepository repository, long reservedPulls)
      implements ForwardingSourceRepository {
    @Override
    public Optional<ManifestHead> headManifest(String identifier) {
      return repository
          .headManifest(identifier)
          .map(head ->
              new ManifestHead(head.digest(), head.rateLimit().minusReserve(reservedPulls)));
    }

    @Override
    public ManifestResponse getManifest(String identifier) {
      var response = repository.getManifest(identifier);
      return new ManifestResponse(
          response.manifest(), response.rateLimit().minusReserve(reservedPulls));
    }
  }
}
