package io.pullrescue.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads images from a repository of a registry.
 *
 * <p>All methods may throw a {@link RegistryException}. Requests are abandoned at the deadline;
 * only blobs are not, because they are copied in parallel and stop together.
 */
public final class SourceRepository {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MAX_REFERRER_PAGES = 5;

  private static final int MAX_TAGS = 20;

  /** RFC 8288 as registries use it: {@code <address>; rel="next"}. */
  private static final Pattern NEXT_LINK = Pattern.compile("<([^<>]{1,2000})>; *rel=\"?next\"?");

  private final RepositoryClient client;
  private final Deadline deadline;
  private final Consumer<RateLimit> rateLimitListener;

  SourceRepository(
      RepositoryClient client, Deadline deadline, Consumer<RateLimit> rateLimitListener) {
    this.client = client;
    this.deadline = deadline;
    this.rateLimitListener = rateLimitListener;
  }

  /** Looks up a tag or digest, which is no pull at most registries; empty if it does not exist. */
  public Optional<ManifestResponse.Head> headManifest(String identifier) {
    return AsyncCall.callUntil(
        deadline,
        () -> {
          var head = client.headManifest(identifier);
          head.map(ManifestResponse.Head::rateLimit).ifPresent(rateLimitListener);
          return head;
        });
  }

  /**
   * Returns whether the token that the registry issued grants pulls from this repository; false if
   * the token cannot be read.
   */
  public boolean isPullGranted() {
    return AsyncCall.callUntil(deadline, client::isPullGranted);
  }

  /** Pulls a manifest, which counts against the rate limit; only a digest is verified. */
  public ManifestResponse getManifest(String identifier) {
    return AsyncCall.callUntil(deadline, () -> client.getManifest(identifier));
  }

  /**
   * Opens a blob, whose digest is not verified yet. An interrupted download is resumed; the stream
   * throws an {@link IOException} or a {@link RegistryException} only if that fails as well.
   *
   * @param retries what is left of the retries of this blob
   */
  public InputStream getBlob(Descriptor blob, RetryBudget retries) {
    return new ResumableBlobInputStream(client, blob, retries);
  }

  /**
   * Lists the manifests that refer to a digest; empty if the registry has no referrers API.
   *
   * <p>The request is not retried: registries without this API answer in various ways.
   */
  public List<Descriptor> listReferrers(Digest subject) {
    return AsyncCall.callUntil(deadline, () -> requestReferrers(subject));
  }

  private List<Descriptor> requestReferrers(Digest subject) {
    var referrers = new ArrayList<Descriptor>();
    var next = Optional.of(client.uri("referrers/" + subject));
    for (var page = 0; page < MAX_REFERRER_PAGES && next.isPresent(); page++) {
      var request =
          RegistryRequest.of("GET", next.get()).withHeader("Accept", RepositoryClient.OCI_INDEX);
      try (var response = client.send(request)) {
        if (response.status() != 200 || !response.mediaType().equals(RepositoryClient.OCI_INDEX)) {
          break;
        }
        referrers.addAll(
            new Manifest(response.body(Manifest.MAX_BYTES), RepositoryClient.OCI_INDEX).children());
        next = nextPage(response);
      } catch (IOException interrupted) {
        throw interrupted("listing referrers of", subject.value());
      }
    }
    return referrers;
  }

  /** Follows only links to the same registry, because the next request carries our credentials. */
  private Optional<URI> nextPage(RegistryResponse response) {
    return response
        .header("Link")
        .map(NEXT_LINK::matcher)
        .filter(Matcher::find)
        .map(link -> HttpTransport.resolve(response, link.group(1)))
        .filter(address -> EndpointPolicy.isSameOrigin(address, client.registry()));
  }

  /**
   * Lists the first tags with this prefix; may be incomplete or empty if the registry does not list
   * tags in lexical order.
   */
  public List<String> listTags(String prefix) {
    return AsyncCall.callUntil(deadline, () -> requestTags(prefix));
  }

  private List<String> requestTags(String prefix) {
    var last = prefix.substring(0, prefix.length() - 1);
    var address = client.uri("tags/list?n=" + MAX_TAGS + "&last=" + last);
    try (var response = client.send(RegistryRequest.of("GET", address))) {
      return response.isSuccess() ? parseTags(response, prefix) : List.of();
    } catch (IOException interrupted) {
      throw interrupted("listing", "tags");
    }
  }

  private static List<String> parseTags(RegistryResponse response, String prefix)
      throws IOException {
    return JSON.readTree(response.body(Manifest.MAX_BYTES))
        .path("tags")
        .valueStream()
        .map(JsonNode::asText)
        .filter(tag -> tag.startsWith(prefix) && tag.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"))
        .limit(MAX_TAGS)
        .toList();
  }

  /** The cause is left out: its message may quote the response. */
  private RegistryException interrupted(String verb, String identifier) {
    return new RegistryException(
        Reason.UNAVAILABLE,
        client.operation(verb, identifier) + ": the response was interrupted or is not valid JSON");
  }
}
