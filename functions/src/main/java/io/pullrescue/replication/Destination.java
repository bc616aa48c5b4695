package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.List;
import java.util.function.Predicate;

/** The repository that a copy goes to, and what is known of it without asking twice. */
final class Destination {
  private final MirrorRepositories repositories;
  private final MirrorRepository registry;
  private final ImageReference copy;
  private volatile boolean ensured;
  private volatile boolean empty;

  Destination(MirrorRepositories repositories, MirrorRepository registry, ImageReference copy) {
    this.repositories = repositories;
    this.registry = registry;
    this.copy = copy;
  }

  MirrorRepository registry() {
    return registry;
  }

  ImageReference copy() {
    return copy;
  }

  /** Makes it where it is missing. */
  void ensure() {
    if (!ensured) {
      empty = repositories.ensure(copy.repository());
      ensured = true;
    }
  }

  /** Something is in it by now. */
  void filled() {
    empty = false;
  }

  /** Nothing has to be looked for in a repository that was made a moment ago. */
  boolean has(Digest manifest) {
    return !empty && registry.find(manifest.value()).isPresent();
  }

  /** Which of these blobs are here: known from one answer for all, else asked one by one. */
  Predicate<Descriptor> holdings(List<Descriptor> blobs) {
    if (empty || blobs.isEmpty()) {
      return blob -> false;
    }
    var held =
        repositories.holdings(
            copy.repository(), blobs.stream().map(Descriptor::digest).distinct().toList());
    return held.isPresent() ? blob -> held.get().contains(blob.digest()) : registry::has;
  }

  /** Refuses before anything moves what the registry would refuse once everything has moved. */
  void demandMovable(Digest held, Digest wanted) {
    var tag = copy.tag();
    if (tag != null && copy.digest() == null && repositories.isImmutable(copy.repository(), tag)) {
      throw new RegistryRefused(
          Reason.TAG_IMMUTABLE,
          "the tag %s of %s is immutable and stands for %s, while upstream it is %s now;"
                  .formatted(tag, copy.repository(), held, wanted)
              + " pull by digest, or delete the tag from the mirror; nothing was moved");
    }
  }
}
