package io.pullrescue.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.Descriptor;
import io.pullrescue.replication.Manifest;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
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
final class Listings {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nobody attaches so much to one image that more is worth reading. */
  private static final int MOST_PAGES = 5;

  /** More than anybody attaches to an image in this way. */
  private static final int TAGS = 20;

  /** RFC 8288, as far as registries use it: {@code <address>; rel="next"}. */
  private static final Pattern NEXT = Pattern.compile("<([^<>]{1,2000})>; *rel=\"?next\"?");

  private final Session session;

  Listings(Session session) {
    this.session = session;
  }

  /** What refers to this digest, page after page. */
  List<Descriptor> referrers(Digest subject) {
    var found = new ArrayList<Descriptor>();
    var next = Optional.of(session.address("referrers/" + subject));
    for (var page = 0; page < MOST_PAGES && next.isPresent(); page++) {
      var call = Call.of("GET", next.get()).with("Accept", Manifests.INDEX);
      try (var answer = session.send(call)) {
        if (answer.status() != 200 || !answer.mediaType().equals(Manifests.INDEX)) {
          break;
        }
        found.addAll(new Manifest(answer.body(Manifest.LARGEST), Manifests.INDEX).children());
        next = next(answer);
      } catch (IOException cut) {
        throw new RegistryRefused(
            Reason.UNREACHABLE, session.what("listing referrers of", subject.value()), cut);
      }
    }
    return found;
  }

  /** Only within the registry: our authorization goes along. */
  private Optional<URI> next(Answer answer) {
    return answer
        .header("Link")
        .map(NEXT::matcher)
        .filter(Matcher::find)
        .map(link -> Transport.resolved(answer, link.group(1)))
        .filter(address -> Network.sameOrigin(address, session.registry()));
  }

  /** Tags are listed in the order of their names, so that these can be asked for alone. */
  List<String> tags(String beginning) {
    var before = beginning.substring(0, beginning.length() - 1);
    var address = session.address("tags/list?n=" + TAGS + "&last=" + before);
    try (var answer = session.send(Call.of("GET", address))) {
      return answer.isSuccess() ? tags(answer, beginning) : List.of();
    } catch (IOException cut) {
      throw new RegistryRefused(Reason.UNREACHABLE, session.what("listing", "tags"), cut);
    }
  }

  private static List<String> tags(Answer answer, String beginning) throws IOException {
    return JSON.readTree(answer.body(Manifest.LARGEST))
        .path("tags")
        .valueStream()
        .map(JsonNode::asText)
        .filter(
            tag -> tag.startsWith(beginning) && tag.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"))
        .limit(TAGS)
        .toList();
  }
}
