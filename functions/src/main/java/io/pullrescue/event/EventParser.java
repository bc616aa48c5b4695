package io.pullrescue.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.text.TextSanitizer;
import java.util.Map;
import java.util.function.Function;

/**
 * Parses an Amazon EventBridge event by its source and detail-type.
 *
 * <p>Never throws: text that is not JSON, an unknown or malformed event, or a build that did not
 * fail is {@link Ignored}, with the reason.
 */
public final class EventParser {
  private final Map<String, Function<JsonNode, IncomingEvent>> detailParsers;

  /**
   * Creates a parser of the given events. Those of pull-rescue itself are not among them: every
   * principal of the account that may put events can publish with its source.
   *
   * @param detailParsers parsers of an event's detail, by {@code source / detail-type}
   */
  public EventParser(Map<String, Function<JsonNode, IncomingEvent>> detailParsers) {
    this.detailParsers = Map.copyOf(detailParsers);
  }

  /** Returns the event in this text, or why it is ignored. */
  public IncomingEvent parse(String json) {
    try {
      return parse(EventJson.readTree(json));
    } catch (JsonProcessingException notJson) {
      return new Ignored("not JSON: " + TextSanitizer.sanitize(notJson.getOriginalMessage()));
    }
  }

  private IncomingEvent parse(JsonNode event) {
    var detail = event.path("detail");
    var type = event.path("source").asText() + " / " + event.path("detail-type").asText();
    if (type.equals(" / ")) {
      return new Ignored("not an EventBridge event: it has no source and no detail-type");
    }
    var parser = detailParsers.get(type);
    return parser == null
        ? new Ignored("an unknown event: " + TextSanitizer.sanitize(type))
        : parser.apply(detail);
  }
}
