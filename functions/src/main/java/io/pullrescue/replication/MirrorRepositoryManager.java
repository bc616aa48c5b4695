package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.DestinationRepository;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Creates, configures and inspects the repositories of the mirror. */
public interface MirrorRepositoryManager {
  /**
   * Creates the repository if it is absent, and updates its pull permissions; throws a {@link
   * io.pullrescue.registry.http.RegistryException} if it must not be used.
   *
   * @return whether it was created by this call and is therefore empty
   */
  boolean createIfAbsent(String repository);

  /**
   * Returns the digest of a tag or digest of the mirror that can be pulled; empty if the mirror
   * does not have it.
   */
  default Optional<Digest> findDigest(
      ImageReference mirrorReference, DestinationRepository repository) {
    return repository.headManifest(mirrorReference.identifier());
  }

  /**
   * Returns the reference by which a pull-through cache in the mirror's registry imports an
   * upstream image; empty if there is none.
   */
  default Optional<ImageReference> cachedReference(ImageReference image) {
    return Optional.empty();
  }

  /** Returns whether an existing tag cannot be moved; false if only the registry knows. */
  default boolean isTagImmutable(String repository, String tag) {
    return false;
  }

  /** Returns which of these blobs exist; empty if this has to be checked blob by blob. */
  default Optional<Set<Digest>> existingBlobs(String repository, List<Digest> blobs) {
    return Optional.empty();
  }
}
