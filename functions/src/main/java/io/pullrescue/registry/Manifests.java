package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Fetched;
import io.pullrescue.replication.Manifest;
import io.pullrescue.replication.ManifestHead;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.IOException;
import java.util.Optional;

/** Reading manifests: the same at an upstream and at the mirror. */
final class Manifests {
  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** All of them, always: a registry may convert for whoever seems not to know a type. */
  private static final String ALL_TYPES =
      String.join(
          ", ",
          INDEX,
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "*/*");

  private final Session session;
  private final Persistence persistence;

  Manifests(Session session, Persistence persistence) {
    this.session = session;
    this.persistence = persistence;
  }

  Optional<ManifestHead> announce(String identifier) {
    return persistence.get(() -> {
      var answer = session.send(call("HEAD", identifier));
      if (answer.status() == 404) {
        answer.close();
        return Optional.empty();
      }
      if (!answer.isSuccess()) {
        throw Refusal.of(session.what("asking", identifier), answer);
      }
      try (answer) {
        var digest = answer.header("Docker-Content-Digest").flatMap(Digest::parse);
        return Optional.of(new ManifestHead(digest.orElse(null), QuotaHeaders.read(answer)));
      }
    });
  }

  Fetched fetch(String identifier) {
    return persistence.get(() -> {
      var answer = session.send(call("GET", identifier));
      if (!answer.isSuccess()) {
        throw Refusal.of(session.what("pulling", identifier), answer);
      }
      try (answer) {
        var bytes = answer.body(Manifest.LARGEST);
        return new Fetched(new Manifest(bytes, answer.mediaType()), QuotaHeaders.read(answer));
      } catch (IOException cut) {
        throw new RegistryRefused(
            Reason.UNREACHABLE, session.what("pulling", identifier) + ": cut short", cut);
      }
    });
  }

  private Call call(String method, String identifier) {
    return Call.of(method, session.address("manifests/" + identifier)).with("Accept", ALL_TYPES);
  }
}
