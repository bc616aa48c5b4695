package io.pullrescue.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.EventParser;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Printable;
import java.util.List;
import java.util.stream.Stream;

/** What a person asks the rescue function for. */
sealed interface ByHand {
  /** Copy these. */
  record Images(List<ImageReference> images) implements ByHand {}

  /** Understand this text, and copy what it is about. */
  record Text(String message) implements ByHand {}

  /** Treat this build as if its failure had just been reported. */
  record OfBuild(String buildId) implements ByHand {}

  /** None of these; {@code why} says what the input should look like. */
  record Unclear(String why) implements ByHand {}

  /** The most images that one request may name. */
  int MOST_IMAGES = 50;

  /** Reads the input of the console's Test button. */
  static ByHand of(JsonNode input) {
    if (input.hasNonNull("message")) {
      return new Text(input.path("message").asText());
    }
    if (input.hasNonNull("buildId")) {
      return EventParser.buildId(input.path("buildId").asText())
          .<ByHand>map(OfBuild::new)
          .orElseGet(() -> new Unclear("buildId must be project:uuid, or the ARN of a build"));
    }
    return images(input);
  }

  private static ByHand images(JsonNode input) {
    var names =
        Stream.concat(input.path("images").valueStream(), Stream.of(input.path("image")))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .toList();
    if (names.isEmpty() || names.size() > MOST_IMAGES) {
      return new Unclear(
          "send {\"image\": \"ruby:2.7\"}, {\"images\": [...]} with at most "
              + MOST_IMAGES
              + " names, {\"message\": \"the error text\"} or {\"buildId\": \"project:uuid\"}");
    }
    return names.stream()
        .filter(name -> ImageReference.parse(name).isEmpty())
        .findFirst()
        .<ByHand>map(ByHand::illegal)
        .orElseGet(() -> new Images(names.stream().map(ImageReference::of).distinct().toList()));
  }

  private static Unclear illegal(String name) {
    return new Unclear(
        "not an image reference: '"
            + Printable.of(name)
            + "'; write it as in FROM or docker pull, such as ruby:2.7 or ghcr.io/owner/name:1.0");
  }
}
