package io.pullrescue.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Short ways to diagnose a text, for tests, and the messages that the tools really print. */
final class Messages {
  private Messages() {}

  /** The texts of messages/messages.jsonl. */
  static List<String> real() {
    return labelled().stream().map(message -> message.path("text").asText()).toList();
  }

  /** The text of the message whose title begins so. */
  static String real(String tool) {
    return labelled().stream()
        .filter(message -> message.path("tool").asText().startsWith(tool))
        .map(message -> message.path("text").asText() + "\n")
        .findFirst()
        .orElseThrow();
  }

  /** The messages with what they mean. */
  static List<JsonNode> labelled() {
    try (var file = Messages.class.getResourceAsStream("/messages/messages.jsonl")) {
      List<JsonNode> messages = new ArrayList<>();
      var text = new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
      for (var line : text.lines().toList()) {
        messages.add(new ObjectMapper().readTree(line));
      }
      return messages;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static Diagnosis diagnose(String text) {
    return diagnose(Place.MESSAGE, text);
  }

  static Diagnosis diagnose(Place place, String text) {
    var origin = new Origin.Person("a test");
    return new Diagnostician()
        .diagnose(new Failure(origin, null, List.of(new Excerpt(place, text))));
  }

  static PullFailed pullFailed(String text) {
    return switch (diagnose(text)) {
      case PullFailed failed -> failed;
      case NotAPullFailure silent -> throw new AssertionError("silent about: " + text);
    };
  }

  static String cause(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.cause().name();
      case NotAPullFailure silent -> "NOT_A_PULL_FAILURE";
    };
  }

  static List<String> images(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.images().stream().map(Object::toString).toList();
      case NotAPullFailure silent -> List.of();
    };
  }
}
