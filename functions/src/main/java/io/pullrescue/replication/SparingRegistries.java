package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registries of which somebody sees only so much quota as others can do without. */
record SparingRegistries(Registries registries, long pulls) implements Registries {
  @Override
  public UpstreamRepository upstream(
      ImageReference image, @Nullable Login login, Deadline deadline) {
    return new Sparing(registries.upstream(image, login, deadline), pulls);
  }

  @Override
  public MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline) {
    return registries.mirror(copy, login, deadline);
  }

  private record Sparing(UpstreamRepository repository, long pulls) implements ForwardingUpstream {
    @Override
    public Optional<ManifestHead> announce(String identifier) {
      return repository
          .announce(identifier)
          .map(head -> new ManifestHead(head.digest(), head.quota().sparing(pulls)));
    }

    @Override
    public Fetched fetch(String identifier) {
      var fetched = repository.fetch(identifier);
      return new Fetched(fetched.manifest(), fetched.quota().sparing(pulls));
    }
  }
}
