package io.pullrescue.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.stream.Stream;

/** Defines what an invocation of {@code pull-rescue-manual} can request. */
sealed interface ManualRequest {
  /** Mirror these images. */
  record ReplicateImages(List<ImageReference> images) implements ManualRequest {}

  /** Diagnose this text, and mirror the images that it names. */
  record DiagnoseText(String message) implements ManualRequest {}

  /** Diagnose this build, as if it had just failed. */
  record RetryBuild(String buildId) implements ManualRequest {}

  /** The input is invalid; the reason describes valid input. */
  record Invalid(String reason) implements ManualRequest {}

  /** The most images that one request may name. */
  int MAX_IMAGES = 50;

  /** Parses the input of the invocation. */
  static ManualRequest parse(JsonNode input) {
    if (input.hasNonNull("message")) {
      return new DiagnoseText(input.path("message").asText());
    }
    if (input.hasNonNull("buildId")) {
      return BuildFailed.parse(input.path("buildId").asText())
          .<ManualRequest>map(build -> new RetryBuild(build.buildId()))
          .orElseGet(() -> new Invalid("`buildId` must be project:uuid or the ARN of a build"));
    }
    return parseImages(input);
  }

  private static ManualRequest parseImages(JsonNode input) {
    var names =
        Stream.concat(input.path("images").valueStream(), Stream.of(input.path("image")))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .toList();
    if (names.isEmpty() || names.size() > MAX_IMAGES) {
      return new Invalid(
          "send {\"image\": \"ruby:2.7\"}, {\"images\": [...]} with at most "
              + MAX_IMAGES
              + " names, {\"message\": \"the error text\"} or {\"buildId\": \"project:uuid\"}");
    }
    return names.stream()
        .filter(name -> ImageReference.parse(name).isEmpty())
        .findFirst()
        .<ManualRequest>map(ManualRequest::invalidReference)
        .orElseGet(
            () -> new ReplicateImages(names.stream().map(ImageReference::of).distinct().toList()));
  }

  private static Invalid invalidReference(String name) {
    return new Invalid(
        "not an image reference: '"
            + TextSanitizer.sanitize(name)
            + "'; write it as in FROM or docker pull, such as ruby:2.7 or ghcr.io/owner/name:1.0");
  }
}
