package io.pullrescue.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * An origin as JSON, the same in every message and event: its kind, which rules select by, first.
 */
public final class OriginDocument {
  private OriginDocument() {}

  /** The document that says this. */
  public static ObjectNode of(Origin origin) {
    return switch (origin) {
      case Origin.Build it -> document("codebuild-build", it.id()).put("project", it.project());
      case Origin.Task it ->
          document("ecs-task", it.id())
              .put("cluster", it.cluster())
              .put("definition", it.definition())
              .put("group", it.group())
              .put("launchType", it.launchType())
              .put("startedBy", it.startedBy());
      case Origin.Job it ->
          document("batch-job", it.id())
              .put("queue", it.queue())
              .put("definition", it.definition());
      case Origin.Person it -> document("person", it.id());
      case Origin.Refresh it -> document("refresh", it.id());
    };
  }

  private static ObjectNode document(String kind, String id) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind).put("id", id);
  }

  /** The origin in this document; empty where it is not one of ours. */
  public static Optional<Origin> read(JsonNode document) {
    var id = text(document, "id");
    return switch (text(document, "kind")) {
      case "codebuild-build" -> Optional.of(new Origin.Build(id, id.split(":", 2)[0]));
      case "ecs-task" ->
          Optional.of(
              new Origin.Task(
                  id,
                  text(document, "cluster"),
                  text(document, "definition"),
                  text(document, "group"),
                  text(document, "launchType"),
                  text(document, "startedBy")));
      case "batch-job" ->
          Optional.of(new Origin.Job(id, text(document, "queue"), text(document, "definition")));
      case "person" -> Optional.of(new Origin.Person(id));
      case "refresh" -> Optional.of(new Origin.Refresh(id));
      default -> Optional.empty();
    };
  }

  private static String text(JsonNode document, String name) {
    return document.path(name).asText();
  }
}
