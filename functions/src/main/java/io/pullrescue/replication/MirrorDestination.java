package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.List;
import java.util.function.Predicate;

/** The repository that a copy goes to, and what is known of it without asking twice. */
final class MirrorDestination {
  private final MirrorRepositoryManager repositoryManager;
  private final DestinationRepository repository;
  private final ImageReference mirrorReference;
  private volatile boolean created;
  private volatile boolean empty;

  MirrorDestination(
      MirrorRepositoryManager repositoryManager,
      DestinationRepository repository,
      ImageReference mirrorReference) {
    this.repositoryManager = repositoryManager;
    this.repository = repository;
    this.mirrorReference = mirrorReference;
  }

  DestinationRepository repository() {
    return repository;
  }

  ImageReference mirrorReference() {
    return mirrorReference;
  }

  /** Makes it where it is missing. */
  void createIfAbsent() {
    if (!created) {
      empty = repositoryManager.createIfAbsent(mirrorReference.repository());
      created = true;
    }
  }

  /** Something is in it by now. */
  void markNonEmpty() {
    empty = false;
  }

  /** Nothing has to be looked for in a repository that was made a moment ago. */
  boolean hasManifest(Digest manifest) {
    return !empty && repository.headManifest(manifest.value()).isPresent();
  }

  /** Which of these blobs are here: known from one answer for all, else asked one by one. */
  Predicate<Descriptor> existingBlobs(List<Descriptor> blobs) {
    if (empty || blobs.isEmpty()) {
      return blob -> false;
    }
    var existing =
        repositoryManager.existingBlobs(
            mirrorReference.repository(),
            blobs.stream().map(Descriptor::digest).distinct().toList());
    return existing.isPresent()
        ? blob -> existing.get().contains(blob.digest())
        : repository::blobExists;
  }

  /** Refuses before anything moves what the registry would refuse once everything has moved. */
  void checkTagMutable(Digest mirroredDigest, Digest upstreamDigest) {
    var tag = mirrorReference.tag();
    if (tag != null
        && mirrorReference.digest() == null
        && repositoryManager.isTagImmutable(mirrorReference.repository(), tag)) {
      throw new RegistryException(
          Reason.TAG_IMMUTABLE,
          "the tag %s of %s is immutable and stands for %s, while upstream it is %s now;"
                  .formatted(tag, mirrorReference.repository(), mirroredDigest, upstreamDigest)
              + " pull by digest, or delete the tag from the mirror; nothing was moved");
    }
  }
}
