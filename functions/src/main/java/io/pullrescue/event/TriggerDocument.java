package io.pullrescue.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * An origin as JSON, the same in every message and event: its kind, which rules select by, first.
 */
public final class TriggerDocument {
  private TriggerDocument() {}

  /** The document that says this. */
  public static ObjectNode toJson(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build ->
          document("codebuild-build", build.id()).put("project", build.project());
      case Trigger.Task task ->
          document("ecs-task", task.id())
              .put("cluster", task.cluster())
              .put("definition", task.definition())
              .put("group", task.group())
              .put("launchType", task.launchType())
              .put("startedBy", task.startedBy());
      case Trigger.Job job ->
          document("batch-job", job.id())
              .put("queue", job.queue())
              .put("definition", job.definition());
      case Trigger.Manual manual -> document("person", manual.id());
      case Trigger.Refresh refresh -> document("refresh", refresh.id());
    };
  }

  private static ObjectNode document(String type, String id) {
    return JsonNodeFactory.instance.objectNode().put("kind", type).put("id", id);
  }

  /** The origin in this document; empty where it is not one of ours. */
  public static Optional<Trigger> parse(JsonNode document) {
    var id = text(document, "id");
    return switch (text(document, "kind")) {
      case "codebuild-build" -> Optional.of(new Trigger.Build(id, id.split(":", 2)[0]));
      case "ecs-task" ->
          Optional.of(
              new Trigger.Task(
                  id,
                  text(document, "cluster"),
                  text(document, "definition"),
                  text(document, "group"),
                  text(document, "launchType"),
                  text(document, "startedBy")));
      case "batch-job" ->
          Optional.of(new Trigger.Job(id, text(document, "queue"), text(document, "definition")));
      case "person" -> Optional.of(new Trigger.Manual(id));
      case "refresh" -> Optional.of(new Trigger.Refresh(id));
      default -> Optional.empty();
    };
  }

  private static String text(JsonNode document, String name) {
    return document.path(name).asText();
  }
}
