package io.pullrescue.replication;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Represents the repository that an image is copied to; caches whether it exists and is empty. */
final class MirrorDestination {
  private final MirrorRepositoryManager repositoryManager;
  private final DestinationRepository repository;
  private final ImageReference mirrorReference;
  private final boolean movesTags;
  private final Map<String, Optional<Digest>> heldTags = new ConcurrentHashMap<>();
  private volatile boolean created;
  private volatile boolean empty;

  MirrorDestination(
      MirrorRepositoryManager repositoryManager,
      DestinationRepository repository,
      ImageReference mirrorReference,
      boolean movesTags) {
    this.repositoryManager = repositoryManager;
    this.repository = repository;
    this.mirrorReference = mirrorReference;
    this.movesTags = movesTags;
  }

  /**
   * Where the mirror keeps an image.
   *
   * @param mirrorReference the reference by which it is found
   * @param missing the references that it has to be written to
   * @param notes why it is not where it might be expected
   */
  record Placement(
      ImageReference mirrorReference, List<ImageReference> missing, List<String> notes) {
    Placement {
      missing = List.copyOf(missing);
      notes = List.copyOf(notes);
    }
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

  /** Looks up what the mirror holds for the image, by its tag or digest. */
  Optional<Digest> findHeldDigest() {
    if (mirrorReference.digest() != null) {
      return heldDigest(mirrorReference);
    }
    var rescueDigest = heldDigest(MirrorNaming.rescueReference(mirrorReference));
    var digest = heldDigest(mirrorReference);
    return movesTags ? digest : rescueDigest.or(() -> digest);
  }

  private Optional<Digest> heldDigest(ImageReference reference) {
    return heldTags.computeIfAbsent(
        reference.identifier(), _ -> repositoryManager.findDigest(reference, repository));
  }

  /**
   * Returns where an image has to be written. A tag that the mirror holds with another digest
   * stays, unless tags may move: others rely on what it stands for. The image then gets a tag
   * beside it.
   */
  Placement place(ImageReference reference, Digest digest) {
    if (reference.digest() != null) {
      return new Placement(
          reference, heldDigest(reference).isPresent() ? List.of() : List.of(reference), List.of());
    }
    var rescueReference = MirrorNaming.rescueReference(reference);
    var held = heldDigest(reference);
    var stays = !movesTags && held.isPresent() && !held.get().equals(digest);
    var references = new ArrayList<>(List.of(stays ? rescueReference : reference));
    if (!stays && heldDigest(rescueReference).isPresent()) {
      references.add(rescueReference);
    }
    references.removeIf(other -> heldDigest(other).equals(Optional.of(digest)));
    return new Placement(
        stays ? rescueReference : reference,
        references,
        stays
            ? List.of(
                "the mirror's tag %s stays at %s; a refresh or pull-rescue-manual moves it"
                    .formatted(reference.tag(), held.get()))
            : List.of());
  }

  /** Fails before anything is copied if the registry would reject a tag in the end. */
  void checkTagsMutable(Placement placement, Digest upstreamDigest) {
    for (var reference : placement.missing()) {
      var tag = reference.tag();
      if (tag != null && reference.digest() == null) {
        heldDigest(reference)
            .filter(_ -> repositoryManager.isTagImmutable(reference.repository(), tag))
            .ifPresent(mirroredDigest -> {
              throw new RegistryException(
                  Reason.TAG_IMMUTABLE,
                  ("the tag %s of %s is immutable and refers to %s, but upstream has %s; nothing was"
                          + " copied; pull by digest, or delete the tag from the mirror")
                      .formatted(tag, reference.repository(), mirroredDigest, upstreamDigest));
            });
      }
    }
  }
}
