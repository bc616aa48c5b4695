package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The repositories of the mirror as things to be made, kept in order, and asked about. */
public interface MirrorRepositoryManager {
  /**
   * Makes the repository where it is missing, and brings who may pull from it up to date.
   *
   * @return whether it was made just now, so that nothing is in it yet
   */
  boolean createIfAbsent(String repository);

  /** Whether this tag, once set, may not be moved; false where only the registry itself knows. */
  default boolean isTagImmutable(String repository, String tag) {
    return false;
  }

  /** Which of these blobs it has; empty where only the registry itself knows, one by one. */
  default Optional<Set<Digest>> existingBlobs(String repository, List<Digest> blobs) {
    return Optional.empty();
  }
}
