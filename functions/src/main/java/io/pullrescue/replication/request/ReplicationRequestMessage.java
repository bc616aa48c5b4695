package io.pullrescue.replication.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
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
 * @param groupId its messages are processed one at a time: those of an image with its tag or
 *     digest, so that one that waits for an upstream delays no other tag, and the continuations of
 *     long copies, which have few groups so that they never take all functions
 * @param deduplicationId identifies the request for five minutes: one trigger requests an image
 *     once, and again for each pull secret and each continuation
 * @param body JSON
 */
public record ReplicationRequestMessage(String groupId, String deduplicationId, String body) {
  /** Returns the message for a request. */
  public static ReplicationRequestMessage of(ReplicationRequest request) {
    return new ReplicationRequestMessage(
        groupId(request), hash(deduplicationKey(request)), EventJson.write(Body.of(request)));
  }

  private static String groupId(ReplicationRequest request) {
    var longCopyGroup = request.resumeState().longCopyGroup();
    return longCopyGroup == null
        ? hash(request.image().toString())
        : "long-copies-" + longCopyGroup;
  }

  private static String deduplicationKey(ReplicationRequest request) {
    var key =
        request.trigger().id() + " " + request.image() + " " + request.resumeState().invocations();
    return request.pullSecret() == null ? key : key + " " + request.pullSecret();
  }

  /** Returns the request in the body of a message; empty if it is not one. */
  public static Optional<ReplicationRequest> parse(String body) {
    try {
      return Optional.ofNullable(EventJson.read(body, Body.class)).flatMap(Body::toRequest);
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
  }

  /** Returns a text of at most 128 characters, as ids of groups and deduplication must be. */
  private static String hash(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({
    "trigger",
    "image",
    "images",
    "causedFailure",
    "platform",
    "pullSecret",
    "imagesOfTrigger",
    "resumeState"
  })
  private record Body(
      @Nullable Trigger trigger,
      String image,
      List<String> images,
      boolean causedFailure,
      @Nullable String platform,
      @Nullable String pullSecret,
      int imagesOfTrigger,
      @Nullable ResumeState resumeState) {
    /** Rejects a list with null, so that the message is malformed. */
    private Body {
      images = List.copyOf(images);
    }

    static Body of(ReplicationRequest request) {
      var platform = request.platform();
      var resumeState = request.resumeState();
      return new Body(
          request.trigger(),
          request.image().toString(),
          request.requiredImages().stream().map(ImageReference::toString).toList(),
          request.causedFailure(),
          platform == null ? null : platform.toString(),
          request.pullSecret(),
          request.imagesOfTrigger(),
          resumeState.invocations() == 0 ? null : resumeState);
    }

    Optional<ReplicationRequest> toRequest() {
      var reference = ImageReference.parse(image);
      if (trigger == null || reference.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new ReplicationRequest(
              trigger,
              reference.get(),
              images.stream().map(ImageReference::parse).flatMap(Optional::stream).toList(),
              causedFailure,
              nonEmpty(platform).flatMap(Platform::parse).orElse(null),
              nonEmpty(pullSecret).orElse(null),
              imagesOfTrigger,
              Optional.ofNullable(resumeState).orElse(ResumeState.NONE)));
    }

    private static Optional<String> nonEmpty(@Nullable String text) {
      return Optional.ofNullable(text).filter(value -> !value.isEmpty());
    }
  }
}
