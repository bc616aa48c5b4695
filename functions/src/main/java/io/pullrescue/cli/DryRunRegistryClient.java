package io.pullrescue.cli;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.Deadline;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registries that are asked everything and told nothing: no blob is fetched, nothing is written.
 *
 * <p>Manifests are still fetched, and counted upstream: only they say what would move.
 */
record DryRunRegistryClient(RegistryClient registryClient) implements RegistryClient {
  @Override
  public SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return registryClient.sourceRepository(image, credentials, deadline);
  }

  @Override
  public DestinationRepository destinationRepository(
      ImageReference mirrorReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return new ReadOnlyRepository(
        registryClient.destinationRepository(mirrorReference, credentials, deadline));
  }

  private record ReadOnlyRepository(DestinationRepository delegate)
      implements DestinationRepository {
    @Override
    public boolean isAbsent() {
      return delegate.isAbsent();
    }

    @Override
    public Optional<Digest> headManifest(String identifier) {
      return delegate.headManifest(identifier);
    }

    @Override
    public Manifest getManifest(Digest digest) {
      return delegate.getManifest(digest);
    }

    @Override
    public boolean blobExists(Descriptor blob) {
      return delegate.blobExists(blob);
    }

    @Override
    public void putBlob(Descriptor blob, Supplier<InputStream> content) {}

    @Override
    public void putManifest(String identifier, Manifest manifest) {}
  }
}
