package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A repository that asks another one, in all but what it says itself. */
public interface ForwardingSourceRepository extends SourceRepository {
  /** The one that is asked. */
  SourceRepository repository();

  @Override
  default Optional<ManifestHead> headManifest(String identifier) {
    return repository().headManifest(identifier);
  }

  @Override
  default ManifestResponse getManifest(String identifier) {
    return repository().getManifest(identifier);
  }

  @Override
  default List<Descriptor> listReferrers(Digest subject) {
    return repository().listReferrers(subject);
  }

  @Override
  default List<String> listTags(String prefix) {
    return repository().listTags(prefix);
  }

  @Override
  default InputStream getBlob(Descriptor blob) {
    return repository().getBlob(blob);
  }
}
