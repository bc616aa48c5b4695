package io.pullrescue.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads the recorded messages of tools, and diagnoses texts for tests. */
public final class MessageCorpus {
  private MessageCorpus() {}

  /** Returns the texts of messages/messages.jsonl. */
  public static List<String> texts() {
    return entries().stream().map(message -> message.path("text").asText()).toList();
  }

  /** Returns the text of the first message whose tool begins with this name. */
  public static String textOf(String tool) {
    return entries().stream()
        .filter(message -> message.path("tool").asText().startsWith(tool))
        .map(message -> message.path("text").asText() + "\n")
        .findFirst()
        .orElseThrow();
  }

  /** Returns the messages with their expected diagnoses. */
  static List<JsonNode> entries() {
    return entries("/messages/messages.jsonl");
  }

  /** Returns the objects of a resource with one in each line. */
  static List<JsonNode> entries(String resource) {
    try (var file = MessageCorpus.class.getResourceAsStream(resource)) {
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

  /** Diagnoses a text that a person pasted. */
  public static Diagnosis diagnose(String text) {
    return diagnose(TextSource.MESSAGE, text);
  }

  static Diagnosis diagnose(TextSource source, String text) {
    var trigger = new Trigger.Manual("a test");
    return new PullFailureDiagnoser()
        .diagnose(new Failure(trigger, null, List.of(new LogExcerpt(source, text))));
  }

  static PullFailed pullFailed(String text) {
    return switch (diagnose(text)) {
      case PullFailed failed -> failed;
      case NotAPullFailure() -> throw new AssertionError("no pull failure found in: " + text);
    };
  }

  /** Returns the name of the cause as in messages.jsonl. */
  public static String cause(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.cause().name();
      case NotAPullFailure() -> "NOT_A_PULL_FAILURE";
    };
  }

  static List<String> images(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case PullFailed failed -> failed.images().stream().map(Object::toString).toList();
      case NotAPullFailure() -> List.of();
    };
  }
}
