package io.pullrescue.command;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Manifest;
import io.pullrescue.replication.MirrorRepository;
import io.pullrescue.replication.Registries;
import io.pullrescue.replication.UpstreamRepository;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registries that are asked everything and told nothing: no blob is fetched, nothing is written.
 *
 * <p>Manifests are still fetched, and counted upstream: only they say what would move.
 */
record DryRun(Registries registries) implements Registries {
  @Override
  public UpstreamRepository upstream(
      ImageReference image, @Nullable Login login, Deadline deadline) {
    return registries.upstream(image, login, deadline);
  }

  @Override
  public MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline) {
    return new Untouched(registries.mirror(copy, login, deadline));
  }

  private record Untouched(MirrorRepository mirror) implements MirrorRepository {
    @Override
    public boolean isMissing() {
      return mirror.isMissing();
    }

    @Override
    public Optional<Digest> find(String identifier) {
      return mirror.find(identifier);
    }

    @Override
    public Manifest fetch(Digest digest) {
      return mirror.fetch(digest);
    }

    @Override
    public boolean has(Descriptor blob) {
      return mirror.has(blob);
    }

    @Override
    public void upload(Descriptor blob, Supplier<InputStream> content) {}

    @Override
    public void put(String identifier, Manifest manifest) {}
  }
}
