package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Fetched;
import io.pullrescue.replication.ManifestHead;
import io.pullrescue.replication.UpstreamRepository;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** An upstream repository over the distribution API. */
final class HttpUpstreamRepository implements UpstreamRepository {
  private final Session session;
  private final Persistence persistence;
  private final Manifests manifests;
  private final Listings listings;

  HttpUpstreamRepository(Session session, Persistence persistence) {
    this.session = session;
    this.persistence = persistence;
    this.manifests = new Manifests(session, persistence);
    this.listings = new Listings(session);
  }

  @Override
  public Optional<ManifestHead> announce(String identifier) {
    return manifests.announce(identifier);
  }

  @Override
  public Fetched fetch(String identifier) {
    return manifests.fetch(identifier);
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return listings.referrers(subject);
  }

  @Override
  public List<String> tags(String beginning) {
    return listings.tags(beginning);
  }

  @Override
  public InputStream open(Descriptor blob) {
    return new ResumingStream(new Download(session, persistence, blob)).opened();
  }
}
