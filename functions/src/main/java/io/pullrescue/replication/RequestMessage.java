package io.pullrescue.replication;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.OriginDocument;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A replication request as a message of the FIFO queue.
 *
 * @param group what may run one at a time only: the image's place in the mirror
 * @param deduplicationId one origin asks for one image once (Amazon SQS: within five minutes), and
 *     once again for each login and each continuation
 * @param body JSON
 */
public record RequestMessage(String group, String deduplicationId, String body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The message that asks for this. */
  public static RequestMessage of(ReplicationRequest request) {
    var body = JSON.createObjectNode();
    body.set("origin", OriginDocument.of(request.origin()));
    body.put("image", request.image().toString());
    request.images().forEach(image -> body.withArray("images").add(image.toString()));
    body.put("decisive", request.decisive());
    if (request.platform() != null) {
      body.put("platform", request.platform().toString());
    }
    if (request.credentials() != null) {
      body.put("credentials", request.credentials());
    }
    var done = request.continuation();
    if (done.count() > 0) {
      body.putObject("continuation")
          .put("count", done.count())
          .put("bytes", done.bytes())
          .put("restraint", done.restraint());
    }
    return new RequestMessage(hash(request.image().name()), hash(asked(request)), body.toString());
  }

  private static String asked(ReplicationRequest request) {
    var asked =
        request.origin().id() + " " + request.image() + " " + request.continuation().count();
    return request.credentials() == null ? asked : asked + " " + request.credentials();
  }

  /** The request in a message's body; empty where it is not one of ours. */
  public static Optional<ReplicationRequest> parse(String body) {
    try {
      return parse(JSON.readTree(body));
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static Optional<ReplicationRequest> parse(JsonNode body) {
    var images = references(body.path("images"));
    var decisive = body.path("decisive").asBoolean();
    return ImageReference.parse(body.path("image").asText())
        .flatMap(image ->
            OriginDocument.read(body.path("origin"))
                .map(origin ->
                    new ReplicationRequest(
                        origin,
                        image,
                        images,
                        decisive,
                        platform(body),
                        body.path("credentials").asText(null),
                        continuation(body.path("continuation")))));
  }

  private static @Nullable Platform platform(JsonNode body) {
    return Platform.parse(body.path("platform").asText("")).orElse(null);
  }

  private static Continuation continuation(JsonNode done) {
    return new Continuation(
        done.path("count").asInt(), done.path("bytes").asLong(), done.path("restraint").asInt());
  }

  private static List<ImageReference> references(JsonNode names) {
    return names
        .valueStream()
        .map(name -> ImageReference.parse(name.asText()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Group and deduplication ids have at most 128 characters of a narrow alphabet. */
  private static String hash(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
