package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Manifest;
import io.pullrescue.replication.MirrorRepository;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** A repository of the mirror over the distribution API, with the care that Amazon ECR needs. */
final class HttpMirrorRepository implements MirrorRepository {
  private final Session session;
  private final Persistence persistence;
  private final Manifests manifests;
  private final Upload upload;

  HttpMirrorRepository(Session session, Persistence persistence) {
    this.session = session;
    this.persistence = persistence;
    this.manifests = new Manifests(session, persistence);
    this.upload = new Upload(session);
  }

  /** Registries that do not list tags to us may well have some. */
  @Override
  public boolean isMissing() {
    return persistence.get(() -> {
      try (var answer = session.send(Call.of("GET", session.address("tags/list?n=1")))) {
        return answer.status() == 404;
      }
    });
  }

  @Override
  public Optional<Digest> find(String identifier) {
    return manifests
        .announce(identifier)
        .map(announced ->
            announced.digest() != null
                ? announced.digest()
                : manifests.fetch(identifier).manifest().digest());
  }

  @Override
  public Manifest fetch(Digest digest) {
    return manifests.fetch(digest.value()).manifest();
  }

  /** A redirect means yes, and is not followed: the storage behind it signs for GET alone. */
  @Override
  public boolean has(Descriptor blob) {
    return persistence.get(() -> {
      var answer = session.sendOnly(Call.of("HEAD", session.address("blobs/" + blob.digest())));
      if (answer.status() >= 400 && answer.status() != 404) {
        throw Refusal.of(session.what("looking for", blob.digest().value()), answer);
      }
      try (answer) {
        return answer.status() < 400;
      }
    });
  }

  @Override
  public void upload(Descriptor blob, Supplier<InputStream> content) {
    var first = new AtomicBoolean(true);
    persistence.get(() -> {
      // An upload may have arrived although its answer did not, or somebody else was quicker.
      if (first.getAndSet(false) || !has(blob)) {
        upload.run(blob, content);
      }
      return blob;
    });
  }

  @Override
  public void put(String identifier, Manifest manifest) {
    persistence.get(() -> {
      try (var answer = session.sendOnly(putting(identifier, manifest))) {
        if (!answer.isSuccess() && !isThere(identifier, manifest)) {
          throw Refusal.of(session.what("writing", identifier), answer);
        }
        check(manifest, answer);
      }
      return manifest;
    });
  }

  private Call putting(String identifier, Manifest manifest) {
    var type = ContentType.create(manifest.mediaType());
    return Call.of("PUT", session.address("manifests/" + identifier))
        .with(new ByteArrayEntity(manifest.bytes(), type));
  }

  /** Somebody else was quicker, or an immutable tag stands for this very image. */
  private boolean isThere(String identifier, Manifest manifest) {
    return find(identifier).filter(manifest.digest()::equals).isPresent();
  }

  private static void check(Manifest manifest, Answer answer) {
    var stored = answer.header("Docker-Content-Digest").orElse(manifest.digest().value());
    if (answer.isSuccess() && !stored.equals(manifest.digest().value())) {
      throw new RegistryRefused(
          Reason.UNFIT, "the mirror stored " + manifest.digest() + " under another digest");
    }
  }
}
