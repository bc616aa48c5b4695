package io.pullrescue.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.config.EventNames;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.RestoreProjectRequested;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses an Amazon EventBridge event by its source and detail-type.
 *
 * <p>Never throws: text that is not JSON, an unknown or malformed event, or a build that did not
 * fail is {@link Ignored}, with the reason.
 */
public final class EventParser {
  /** CodeBuild: project names have 2 to 150 characters. */
  private static final Pattern PROJECT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,149}");

  private final Map<String, Function<JsonNode, IncomingEvent>> detailParsers;

  /**
   * Creates a parser of the events of pull-rescue itself, and of the given ones.
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
    return switch (type) {
      case EventNames.SOURCE + " / " + EventNames.IMAGE_REPLICATED -> imageReplicated(detail);
      case EventNames.SOURCE + " / " + EventNames.RESTORE_PROJECT -> restoreProject(detail);
      case " / " -> new Ignored("not an EventBridge event: it has no source and no detail-type");
      default -> {
        var parser = detailParsers.get(type);
        yield parser == null
            ? new Ignored("an unknown event: " + TextSanitizer.sanitize(type))
            : parser.apply(detail);
      }
    };
  }

  private static IncomingEvent restoreProject(JsonNode detail) {
    var project = detail.path("project").asText();
    return PROJECT_NAME.matcher(project).matches()
        ? new RestoreProjectRequested(project)
        : new Ignored(
            "a %s event without a valid project name".formatted(EventNames.RESTORE_PROJECT));
  }

  private static IncomingEvent imageReplicated(JsonNode json) {
    try {
      var detail = EventJson.read(json, ImageReplicatedDetail.class);
      return detail == null ? malformed("it has no detail") : imageReplicated(detail);
    } catch (JsonProcessingException e) {
      return malformed(TextSanitizer.sanitize(e.getOriginalMessage()));
    }
  }

  private static Ignored malformed(String reason) {
    return new Ignored("a malformed %s event: %s".formatted(EventNames.IMAGE_REPLICATED, reason));
  }

  private static IncomingEvent imageReplicated(ImageReplicatedDetail detail) {
    var workload = failedWorkload(detail.trigger());
    if (workload.isEmpty() || !detail.causedFailure()) {
      return new Ignored("an image was replicated that no workload waits for");
    }
    var image = ImageReference.parse(detail.image());
    var mirroredImage = ImageReference.parse(detail.mirroredImage());
    if (image.isEmpty() || mirroredImage.isEmpty() || mirroredImage.get().digest() == null) {
      return malformed("image and mirroredImage must be valid, the latter with a digest");
    }
    return new ImageReplicated(
        workload.get(), image.get(), mirroredImage.get(), requiredImages(detail, image.get()));
  }

  /** Returns the workload to retry; a manual request and a refresh have none. */
  private static Optional<? extends WorkloadFailed> failedWorkload(@Nullable Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build -> BuildFailed.parse(build.id());
      case Trigger.Task task -> TaskFailed.parse(task.cluster(), task.id());
      case Trigger.Job job -> JobFailed.parse(job.id());
      case Trigger.Manual _ -> Optional.empty();
      case Trigger.Refresh _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  private static List<ImageReference> requiredImages(
      ImageReplicatedDetail detail, ImageReference image) {
    var required =
        detail.images().stream().map(ImageReference::parse).flatMap(Optional::stream).toList();
    return required.isEmpty() ? List.of(image) : required;
  }
}
