package io.pullrescue.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.RestoreProjectRequested;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads an event of Amazon EventBridge by its source and detail-type.
 *
 * <p>It never throws on what it is given: text that is no JSON, an event that nobody knows, a build
 * that did not fail are all {@link Ignored}, with the reason.
 */
public final class EventParser {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern PROJECT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,149}");

  private final Map<String, Function<JsonNode, IncomingEvent>> detailParsers;

  /**
   * Creates a parser of our own events and of those that are registered here.
   *
   * @param detailParsers parsers of an event's detail, by {@code source / detail-type}
   */
  public EventParser(Map<String, Function<JsonNode, IncomingEvent>> detailParsers) {
    this.detailParsers = Map.copyOf(detailParsers);
  }

  /** The event in this text, or why it is none of ours. */
  public IncomingEvent parse(String json) {
    try {
      return parse(JSON.readTree(json));
    } catch (JsonProcessingException notJson) {
      return new Ignored("not JSON: " + TextSanitizer.sanitize(notJson.getOriginalMessage()));
    }
  }

  private IncomingEvent parse(JsonNode event) {
    var type = event.path("source").asText() + " / " + event.path("detail-type").asText();
    return switch (type) {
      case "pull-rescue / Image Replicated" -> imageReplicated(event.path("detail"));
      case "pull-rescue / Undo Project Change" -> restoreProject(event.path("detail"));
      case " / " -> new Ignored("not an EventBridge event: it has no source and detail-type");
      default -> {
        var parser = detailParsers.get(type);
        yield parser == null
            ? new Ignored("an event of another kind: " + TextSanitizer.sanitize(type))
            : parser.apply(event.path("detail"));
      }
    };
  }

  private static IncomingEvent restoreProject(JsonNode detail) {
    var project = detail.path("project").asText();
    return PROJECT_NAME.matcher(project).matches()
        ? new RestoreProjectRequested(project)
        : new Ignored("an Undo Project Change event without the name of a project");
  }

  private static IncomingEvent imageReplicated(JsonNode detail) {
    var workload = failedWorkload(detail.path("origin"));
    var image = ImageReference.parse(detail.path("image").asText());
    var mirroredImage = ImageReference.parse(detail.path("copy").asText());
    if (workload.isEmpty() || !detail.path("decisive").asBoolean()) {
      return new Ignored("an image was replicated, and no work waits for it");
    }
    if (image.isEmpty() || mirroredImage.isEmpty() || mirroredImage.get().digest() == null) {
      return new Ignored("an Image Replicated event without a legal image and copy@digest");
    }
    return new ImageReplicated(
        workload.get(), image.get(), mirroredImage.get(), requiredImages(detail, image.get()));
  }

  /** A person waits for nothing and gets a report. */
  private static Optional<? extends WorkloadFailed> failedWorkload(JsonNode trigger) {
    var id = trigger.path("id").asText();
    return switch (trigger.path("kind").asText()) {
      case "codebuild-build" -> BuildFailed.parse(id);
      case "batch-job" -> IncomingEvent.JobFailed.parse(id);
      case "ecs-task" -> IncomingEvent.TaskFailed.parse(trigger.path("cluster").asText(), id);
      default -> Optional.empty();
    };
  }

  private static List<ImageReference> requiredImages(JsonNode detail, ImageReference image) {
    var required =
        detail
            .path("images")
            .valueStream()
            .map(node -> ImageReference.parse(node.asText()))
            .flatMap(Optional::stream)
            .toList();
    return required.isEmpty() ? List.of(image) : required;
  }
}
