package io.pullrescue.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Finds members of a response that the SDK drops, because its model is older than the service. Who
 * sends back what was read would delete them. One instance is for one request.
 */
public final class UnknownMembers implements ExecutionInterceptor {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The values by their paths, with the indexes of list elements. */
  private final Map<String, JsonNode> members = new LinkedHashMap<>();

  private @Nullable JsonNode content;

  /** Returns a plug-in for the request whose response is to be examined. */
  public SdkPlugin plugin() {
    return client ->
        client.overrideConfiguration(
            client
                .overrideConfiguration()
                .copy(override -> override.addExecutionInterceptor(this)));
  }

  /** Returns the paths of the members, such as {@code projects.environment.hostKernel}. */
  public List<String> paths() {
    return List.copyOf(values().keySet());
  }

  /** Returns the members as JSON by their paths; those of a list's elements are joined. */
  public Map<String, String> values() {
    var values = new LinkedHashMap<String, String>();
    members.forEach((path, value) ->
        values.merge(path.replaceAll("\\[\\d+]", ""), value.toString(), String::concat));
    return values;
  }

  /**
   * Returns the members of a structure by their paths below it, such as {@code
   * volumes[0].newConfiguration}.
   *
   * @param structure the path of the structure, such as {@code jobs[0].container}
   */
  public Map<String, JsonNode> membersOf(String structure) {
    var prefix = structure + ".";
    var found = new LinkedHashMap<String, JsonNode>();
    members.forEach((path, value) -> {
      if (path.startsWith(prefix)) {
        found.put(path.substring(prefix.length()), value);
      }
    });
    return found;
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return context.responseBody().map(this::read);
  }

  private InputStream read(InputStream body) {
    try {
      var bytes = body.readAllBytes();
      if (bytes.length > 0) {
        content = JSON.readTree(bytes);
      }
      return new ByteArrayInputStream(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
    if (content != null) {
      compare(context.response(), content, "");
    }
  }

  private void compare(SdkPojo model, JsonNode json, String path) {
    var fields =
        model.sdkFields().stream()
            .collect(Collectors.toMap(SdkField::locationName, field -> field));
    json.properties()
        .forEach(member -> {
          var memberPath = path + member.getKey();
          var field = fields.get(member.getKey());
          if (field != null) {
            compareValue(field.getValueOrDefault(model), member.getValue(), memberPath);
          } else if (isSet(member.getValue())) {
            members.put(memberPath, member.getValue());
          }
        });
  }

  private void compareValue(@Nullable Object value, JsonNode json, String path) {
    if (value instanceof SdkPojo model) {
      compare(model, json, path + ".");
    } else if (value instanceof List<?> models && json.size() == models.size()) {
      for (var i = 0; i < models.size(); i++) {
        compareValue(models.get(i), json.get(i), path + "[" + i + "]");
      }
    }
  }

  /** Some services return a list that nobody has set as an empty one. */
  private static boolean isSet(JsonNode value) {
    return !value.isNull() && !(value.isArray() && value.isEmpty());
  }
}
