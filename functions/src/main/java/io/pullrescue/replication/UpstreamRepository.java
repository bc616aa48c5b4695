package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** One repository that images come from. All methods may throw {@link RegistryRefused}. */
public interface UpstreamRepository {
  /** Asks for a tag or digest without fetching it, which costs no quota; empty where unknown. */
  Optional<ManifestHead> announce(String identifier);

  /** Fetches a manifest, which counts; the bytes are as they came and not yet verified. */
  Fetched fetch(String identifier);

  /** What the registry lists as referring to this digest; nothing where it keeps no such list. */
  List<Descriptor> referrers(Digest subject);

  /** The first tags that begin so; some or none where the registry lists them otherwise. */
  List<String> tags(String beginning);

  /**
   * The bytes of a blob, not yet verified. A download that is cut goes on where it was cut; the
   * stream ends with an {@link java.io.IOException} only where that does not help either.
   */
  InputStream open(Descriptor blob);
}
