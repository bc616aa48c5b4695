package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RetryExecutor;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** An upstream repository over the distribution API. */
final class HttpSourceRepository implements SourceRepository {
  private final RepositoryClient client;
  private final RetryExecutor retry;
  private final ManifestRequests manifestRequests;
  private final TagListing tagListing;

  HttpSourceRepository(RepositoryClient client, RetryExecutor retry) {
    this.client = client;
    this.retry = retry;
    this.manifestRequests = new ManifestRequests(client, retry);
    this.tagListing = new TagListing(client);
  }

  @Override
  public Optional<ManifestHead> headManifest(String identifier) {
    return manifestRequests.headManifest(identifier);
  }

  @Override
  public ManifestResponse getManifest(String identifier) {
    return manifestRequests.getManifest(identifier);
  }

  @Override
  public List<Descriptor> listReferrers(Digest subject) {
    return tagListing.listReferrers(subject);
  }

  @Override
  public List<String> listTags(String prefix) {
    return tagListing.listTags(prefix);
  }

  @Override
  public InputStream getBlob(Descriptor blob) {
    return new ResumableBlobInputStream(new BlobDownload(client, retry, blob)).open();
  }
}
