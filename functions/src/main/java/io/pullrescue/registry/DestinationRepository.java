package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The repository that a copy lives in. All methods may throw {@link RegistryException}. */
public interface DestinationRepository {
  /** Whether the registry knows no repository of this name, so that nothing is in it. */
  boolean isAbsent();

  /** The digest under this tag or digest; empty where the mirror has nothing there. */
  Optional<Digest> headManifest(String identifier);

  /** The manifest under this digest, which the mirror is known to have. */
  Manifest getManifest(Digest digest);

  /** Whether the blob is here already. */
  boolean blobExists(Descriptor blob);

  /**
   * Uploads a blob; a failed upload starts again from the beginning.
   *
   * @param content opens the blob's bytes, once for every try; what it throws ends the upload
   */
  void putBlob(Descriptor blob, Supplier<InputStream> content);

  /** Writes the manifest's bytes under this tag or digest; what it refers to must be here. */
  void putManifest(String identifier, Manifest manifest);
}
