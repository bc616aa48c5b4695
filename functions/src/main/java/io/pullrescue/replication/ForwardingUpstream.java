package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A repository that asks another one, in all but what it says itself. */
public interface ForwardingUpstream extends UpstreamRepository {
  /** The one that is asked. */
  UpstreamRepository repository();

  @Override
  default Optional<ManifestHead> announce(String identifier) {
    return repository().announce(identifier);
  }

  @Override
  default Fetched fetch(String identifier) {
    return repository().fetch(identifier);
  }

  @Override
  default List<Descriptor> referrers(Digest subject) {
    return repository().referrers(subject);
  }

  @Override
  default List<String> tags(String beginning) {
    return repository().tags(beginning);
  }

  @Override
  default InputStream open(Descriptor blob) {
    return repository().open(blob);
  }
}
