package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The repository that a copy lives in. All methods may throw {@link RegistryRefused}. */
public interface MirrorRepository {
  /** Whether the registry knows no repository of this name, so that nothing is in it. */
  boolean isMissing();

  /** The digest under this tag or digest; empty where the mirror has nothing there. */
  Optional<Digest> find(String identifier);

  /** The manifest under this digest, which the mirror is known to have. */
  Manifest fetch(Digest digest);

  /** Whether the blob is here already. */
  boolean has(Descriptor blob);

  /**
   * Uploads a blob; a failed upload starts again from the beginning.
   *
   * @param content opens the blob's bytes, once for every try; what it throws ends the upload
   */
  void upload(Descriptor blob, Supplier<InputStream> content);

  /** Writes the manifest's bytes under this tag or digest; what it refers to must be here. */
  void put(String identifier, Manifest manifest);
}
