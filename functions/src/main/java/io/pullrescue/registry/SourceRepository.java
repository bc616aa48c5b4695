package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** One repository that images come from. All methods may throw {@link RegistryException}. */
public interface SourceRepository {
  /** Asks for a tag or digest without fetching it, which costs no quota; empty where unknown. */
  Optional<ManifestHead> headManifest(String identifier);

  /** Fetches a manifest, which counts; the bytes are as they came and not yet verified. */
  ManifestResponse getManifest(String identifier);

  /** What the registry lists as referring to this digest; nothing where it keeps no such list. */
  List<Descriptor> listReferrers(Digest subject);

  /** The first tags that begin so; some or none where the registry lists them otherwise. */
  List<String> listTags(String prefix);

  /**
   * The bytes of a blob, not yet verified. A download that is cut goes on where it was cut; the
   * stream ends with an {@link java.io.IOException} only where that does not help either.
   */
  InputStream getBlob(Descriptor blob);
}
