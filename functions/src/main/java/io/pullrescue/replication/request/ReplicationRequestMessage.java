package io.pullrescue.replication.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.TriggerDocument;
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
 * @param groupId what may run one at a time only: the image's place in the mirror
 * @param deduplicationId one origin asks for one image once (Amazon SQS: within five minutes), and
 *     once again for each login and each continuation
 * @param body JSON
 */
public record ReplicationRequestMessage(String groupId, String deduplicationId, String body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The message that asks for this. */
  public static ReplicationRequestMessage of(ReplicationRequest request) {
    var body = JSON.createObjectNode();
    body.set("origin", TriggerDocument.toJson(request.trigger()));
    body.put("image", request.image().toString());
    request.requiredImages().forEach(image -> body.withArray("images").add(image.toString()));
    body.put("decisive", request.causedFailure());
    if (request.platform() != null) {
      body.put("platform", request.platform().toString());
    }
    if (request.pullSecret() != null) {
      body.put("credentials", request.pullSecret());
    }
    var resumeState = request.resumeState();
    if (resumeState.invocations() > 0) {
      body.putObject("continuation")
          .put("count", resumeState.invocations())
          .put("bytes", resumeState.bytesCopied())
          .put("restraint", resumeState.concurrencyReductions());
    }
    return new ReplicationRequestMessage(
        hash(request.image().name()), hash(deduplicationKey(request)), body.toString());
  }

  private static String deduplicationKey(ReplicationRequest request) {
    var key =
        request.trigger().id() + " " + request.image() + " " + request.resumeState().invocations();
    return request.pullSecret() == null ? key : key + " " + request.pullSecret();
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
    var causedFailure = body.path("decisive").asBoolean();
    return ImageReference.parse(body.path("image").asText())
        .flatMap(image ->
            TriggerDocument.parse(body.path("origin"))
                .map(trigger ->
                    new ReplicationRequest(
                        trigger,
                        image,
                        images,
                        causedFailure,
                        platform(body),
                        body.path("credentials").asText(null),
                        resumeState(body.path("continuation")))));
  }

  private static @Nullable Platform platform(JsonNode body) {
    return Platform.parse(body.path("platform").asText("")).orElse(null);
  }

  private static ResumeState resumeState(JsonNode node) {
    return new ResumeState(
        node.path("count").asInt(), node.path("bytes").asLong(), node.path("restraint").asInt());
  }

  private static List<ImageReference> references(JsonNode nodes) {
    return nodes
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
