package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.List;
import java.util.function.Predicate;

/** Represents the repository that an image is copied to; caches whether it exists and is empty. */
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

  void createIfAbsent() {
    if (!created) {
      empty = repositoryManager.createIfAbsent(mirrorReference.repository());
      created = true;
    }
  }

  /** Returns whether the repository was created by this copy and has no content yet. */
  boolean isNew() {
    return empty;
  }

  /** Records that the repository has content, so that existing content is looked up again. */
  void markNonEmpty() {
    empty = false;
  }

  /** Skips the request if the repository has just been created. */
  boolean hasManifest(Digest manifest) {
    return !empty && repository.headManifest(manifest.value()).isPresent();
  }

  /** Returns which blobs exist: by one API call for all of them, or else by one request each. */
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

  /** Fails before anything is copied if the registry would reject the tag in the end. */
  void checkTagMutable(Digest mirroredDigest, Digest upstreamDigest) {
    var tag = mirrorReference.tag();
    if (tag != null
        && mirrorReference.digest() == null
        && repositoryManager.isTagImmutable(mirrorReference.repository(), tag)) {
      throw new RegistryException(
          Reason.TAG_IMMUTABLE,
          ("the tag %s of %s is immutable and refers to %s, but upstream has %s; nothing was copied;"
                  + " pull by digest, or delete the tag from the mirror")
              .formatted(tag, mirrorReference.repository(), mirroredDigest, upstreamDigest));
    }
  }
}
