package io.pullrescue.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Makes documents with every member that botocore's model of a service knows, which is newer than
 * the model of the SDK. No two values are alike.
 */
public final class ServiceModel {
  private static final Path MODELS =
      Path.of("../scripts/sandbox/pullrescue_sandbox/emulators/core/models");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode shapes;
  private final Deque<String> enclosingShapes = new ArrayDeque<>();
  private int count;

  private ServiceModel(JsonNode shapes) {
    this.shapes = shapes;
  }

  /** Reads a model, such as {@code ecs/2014-11-13}. */
  public static ServiceModel read(String version) {
    var file = MODELS.resolve(version).resolve("service-2.json.gz");
    try (var content = new GZIPInputStream(Files.newInputStream(file))) {
      return new ServiceModel(JSON.readTree(content).path("shapes"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Parses a document. */
  public static ObjectNode parse(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the names of the members of a structure. */
  public Set<String> members(String structure) {
    var names = new TreeSet<String>();
    shapes.path(structure).path("members").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Returns a structure with all its members, down to the last. */
  public ObjectNode document(String structure) {
    return (ObjectNode) value(structure, structure);
  }

  private JsonNode value(String name, String shapeName) {
    var shape = shapes.path(shapeName);
    count++;
    return switch (shape.path("type").asText()) {
      case "structure" -> structure(shapeName, shape);
      case "list" -> JSON.createArrayNode().add(value(name, target(shape.path("member"))));
      case "map" ->
          JSON.createObjectNode().set("key-" + count, value(name, target(shape.path("value"))));
      case "string" ->
          shape.has("enum")
              ? shape.path("enum").path(0)
              : JSON.getNodeFactory().textNode(name + "-" + count);
      case "boolean" -> JSON.getNodeFactory().booleanNode(true);
      case "integer", "long", "timestamp" -> JSON.getNodeFactory().numberNode(count);
      case "float", "double" -> JSON.getNodeFactory().numberNode(count + 0.5);
      default -> throw new AssertionError("no value for " + shapeName + " " + shape);
    };
  }

  private ObjectNode structure(String shapeName, JsonNode shape) {
    var structure = JSON.createObjectNode();
    enclosingShapes.push(shapeName);
    shape
        .path("members")
        .properties()
        .forEach(member -> {
          if (!enclosingShapes.contains(target(member.getValue()))) {
            structure.set(member.getKey(), value(member.getKey(), target(member.getValue())));
          }
        });
    enclosingShapes.pop();
    return structure;
  }

  private static String target(JsonNode member) {
    return member.path("shape").asText();
  }

  /** Returns the paths of the values that a request does not have as they were described. */
  public static List<String> lost(JsonNode described, JsonNode sent) {
    var paths = new ArrayList<String>();
    addLost(described, sent, "", paths);
    return paths;
  }

  private static void addLost(JsonNode described, JsonNode sent, String path, List<String> paths) {
    if (described.isObject() && sent.isObject()) {
      described
          .properties()
          .forEach(member ->
              addLost(
                  member.getValue(),
                  sent.path(member.getKey()),
                  path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                  paths));
    } else if (described.isArray() && described.size() == sent.size()) {
      for (var i = 0; i < described.size(); i++) {
        addLost(described.get(i), sent.get(i), path + "[" + i + "]", paths);
      }
    } else if (!described.equals(sent)) {
      paths.add(path);
    }
  }
}
