package io.pullrescue.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a repository lists. Asked once: many registries do not know the questions, each in a way of
 * its own, and what they do not list is no fault of the image.
 */
final class TagListing {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nobody attaches so much to one image that more is worth reading. */
  private static final int MAX_PAGES = 5;

  /** More than anybody attaches to an image in this way. */
  private static final int MAX_TAGS = 20;

  /** RFC 8288, as far as registries use it: {@code <address>; rel="next"}. */
  private static final Pattern NEXT_LINK = Pattern.compile("<([^<>]{1,2000})>; *rel=\"?next\"?");

  private final RepositoryClient client;

  TagListing(RepositoryClient client) {
    this.client = client;
  }

  /** What refers to this digest, page after page. */
  List<Descriptor> listReferrers(Digest subject) {
    var found = new ArrayList<Descriptor>();
    var next = Optional.of(client.uri("referrers/" + subject));
    for (var page = 0; page < MAX_PAGES && next.isPresent(); page++) {
      var request =
          RegistryRequest.of("GET", next.get()).withHeader("Accept", ManifestRequests.OCI_INDEX);
      try (var response = client.send(request)) {
        if (response.status() != 200 || !response.mediaType().equals(ManifestRequests.OCI_INDEX)) {
          break;
        }
        found.addAll(
            new Manifest(response.body(Manifest.MAX_BYTES), ManifestRequests.OCI_INDEX).children());
        next = nextPage(response);
      } catch (IOException cut) {
        throw new RegistryException(
            Reason.UNAVAILABLE, client.operation("listing referrers of", subject.value()), cut);
      }
    }
    return found;
  }

  /** Only within the registry: our authorization goes along. */
  private Optional<URI> nextPage(RegistryResponse response) {
    return response
        .header("Link")
        .map(NEXT_LINK::matcher)
        .filter(Matcher::find)
        .map(link -> HttpTransport.resolve(response, link.group(1)))
        .filter(address -> EndpointPolicy.isSameOrigin(address, client.registry()));
  }

  /** Tags are listed in the order of their names, so that these can be asked for alone. */
  List<String> listTags(String prefix) {
    var last = prefix.substring(0, prefix.length() - 1);
    var address = client.uri("tags/list?n=" + MAX_TAGS + "&last=" + last);
    try (var response = client.send(RegistryRequest.of("GET", address))) {
      return response.isSuccess() ? parseTags(response, prefix) : List.of();
    } catch (IOException cut) {
      throw new RegistryException(Reason.UNAVAILABLE, client.operation("listing", "tags"), cut);
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
}
