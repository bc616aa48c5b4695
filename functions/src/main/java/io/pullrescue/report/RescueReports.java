package io.pullrescue.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.EventJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reports the rescues that recorded events belong to. Events may come in any order, twice, or be
 * missing.
 */
public final class RescueReports {
  private static final int MAX_EVENTS = 100_000;

  private final List<RescueReport> reports;

  private RescueReports(List<RescueReport> reports) {
    this.reports = List.copyOf(reports);
  }

  /**
   * Reads events and reports each rescue. Everything else in the text is ignored.
   *
   * @param text events as JSON, one a line; or the answer of CloudWatch Logs to FilterLogEvents, or
   *     its {@code events}, one a line
   * @param triggerId only the rescue of this failure or of this retry; empty for all
   * @param now tells whether a step that is missing may still follow
   */
  public static RescueReports of(String text, Optional<String> triggerId, Instant now) {
    var events = documents(text).flatMap(RescueReports::events).limit(MAX_EVENTS).toList();
    return new RescueReports(
        Rescue.group(events).stream()
            .filter(rescue -> triggerId.map(rescue::concerns).orElse(true))
            .map(rescue -> RescueReporter.report(rescue, now))
            .toList());
  }

  /** Returns whether no event of a rescue was found. */
  public boolean isEmpty() {
    return reports.isEmpty();
  }

  /** Returns JSON, one report a line. */
  public String toJson() {
    return reports.stream()
        .map(report -> EventJson.write(report) + "\n")
        .collect(Collectors.joining());
  }

  /** Returns plain text. */
  public String toText() {
    return reports.stream()
        .map(TextFormat::format)
        .collect(Collectors.joining("\n" + "=".repeat(92) + "\n\n"));
  }

  /** Returns one HTML page. */
  public String toHtml() {
    return HtmlFormat.format(reports);
  }

  /** The AWS CLI prints one document over many lines. */
  private static Stream<JsonNode> documents(String text) {
    var whole = parse(text);
    return whole.isPresent() ? whole.stream() : text.lines().flatMap(line -> parse(line).stream());
  }

  /** Accepts no text after the JSON, so that lines are not taken for one document. */
  private static Optional<JsonNode> parse(String json) {
    try {
      return Optional.ofNullable(EventJson.readStrictly(json, JsonNode.class))
          .filter(JsonNode::isContainerNode);
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static Stream<RecordedEvent> events(JsonNode document) {
    if (document.isArray()) {
      return document.valueStream().flatMap(RescueReports::events);
    }
    if (document.path("events").isArray()) {
      return document.path("events").valueStream().flatMap(RescueReports::events);
    }
    return document.path("message").isTextual()
        ? parse(document.path("message").asText()).stream()
            .flatMap(event -> RecordedEvent.parse(event).stream())
        : RecordedEvent.parse(document).stream();
  }
}
