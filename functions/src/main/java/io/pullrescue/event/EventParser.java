package io.pullrescue.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.UndoWanted;
import io.pullrescue.event.IncomingEvent.WorkFailed;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Printable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads an event of Amazon EventBridge by its source and detail-type.
 *
 * <p>It never throws on what it is given: text that is no JSON, an event that nobody knows, a build
 * that did not fail are all {@link Ignored}, with the reason.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-codebuild.html">
 *     CodeBuild events</a>
 */
public final class EventParser {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** CodeBuild: project names are 2 to 150 characters, build numbers are UUIDs. */
  private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,149}");

  private static final Pattern BUILD_ID = Pattern.compile(PROJECT + ":[0-9a-fA-F-]{36}");

  private static final Set<String> BAD_ENDS = Set.of("FAILED", "FAULT");

  /** The event in this text, or why it is none of ours. */
  public IncomingEvent parse(String json) {
    try {
      return parse(JSON.readTree(json));
    } catch (JsonProcessingException notJson) {
      return new Ignored("not JSON: " + Printable.of(notJson.getOriginalMessage()));
    }
  }

  private static IncomingEvent parse(JsonNode event) {
    var type = event.path("source").asText() + " / " + event.path("detail-type").asText();
    return switch (type) {
      case "aws.codebuild / CodeBuild Build State Change" -> buildState(event.path("detail"));
      case "aws.ecs / ECS Task State Change" -> TaskEvent.read(event.path("detail"));
      case "aws.batch / Batch Job State Change" -> JobEvent.read(event.path("detail"));
      case "pull-rescue / Image Replicated" -> imageReplicated(event.path("detail"));
      case "pull-rescue / Undo Project Change" -> undo(event.path("detail"));
      case " / " -> new Ignored("not an EventBridge event: it has no source and detail-type");
      default -> new Ignored("an event of another kind: " + Printable.of(type));
    };
  }

  private static IncomingEvent buildState(JsonNode detail) {
    var id = buildId(detail.path("build-id").asText());
    var status = detail.path("build-status").asText();
    if (id.isEmpty()) {
      return new Ignored("a CodeBuild event without a legal build-id");
    }
    if (status.equals("SUCCEEDED")) {
      return new BuildSucceeded(id.get());
    }
    return BAD_ENDS.contains(status)
        ? new BuildFailed(id.get())
        : new Ignored("build " + id.get() + " is " + Printable.of(status, 20) + ", not failed");
  }

  private static IncomingEvent undo(JsonNode detail) {
    var project = detail.path("project").asText();
    return PROJECT.matcher(project).matches()
        ? new UndoWanted(project)
        : new Ignored("an Undo Project Change event without the name of a project");
  }

  private static IncomingEvent imageReplicated(JsonNode detail) {
    var work = work(detail.path("origin"));
    var image = ImageReference.parse(detail.path("image").asText());
    var copy = ImageReference.parse(detail.path("copy").asText());
    if (work.isEmpty() || !detail.path("decisive").asBoolean()) {
      return new Ignored("an image was replicated, and no work waits for it");
    }
    if (image.isEmpty() || copy.isEmpty() || copy.get().digest() == null) {
      return new Ignored("an Image Replicated event without a legal image and copy@digest");
    }
    return new ImageReplicated(work.get(), image.get(), copy.get(), images(detail, image.get()));
  }

  /** A person waits for nothing and gets a report. */
  private static Optional<? extends WorkFailed> work(JsonNode origin) {
    var id = origin.path("id").asText();
    return switch (origin.path("kind").asText()) {
      case "codebuild-build" -> buildId(id).map(BuildFailed::new);
      case "batch-job" -> JobEvent.failed(id);
      case "ecs-task" -> TaskEvent.failed(origin.path("cluster").asText(), id);
      default -> Optional.empty();
    };
  }

  private static List<ImageReference> images(JsonNode detail, ImageReference image) {
    var named =
        detail
            .path("images")
            .valueStream()
            .map(node -> ImageReference.parse(node.asText()))
            .flatMap(Optional::stream)
            .toList();
    return named.isEmpty() ? List.of(image) : named;
  }

  /** {@code project:uuid} out of a build's ARN, or as it is. */
  public static Optional<String> buildId(String idOrArn) {
    var marker = ":build/";
    var start = idOrArn.startsWith("arn:") ? idOrArn.indexOf(marker) : -1;
    var id = start < 0 ? idOrArn : idOrArn.substring(start + marker.length());
    return BUILD_ID.matcher(id).matches() ? Optional.of(id) : Optional.empty();
  }
}
