package io.pullrescue.infra.function;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.infra.config.InvalidSettingsException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Token;

/** Writes the configuration of one function as JSON and checks that Lambda accepts its size. */
final class FunctionConfigJson {
  /**
   * The limit for all environment variables of a function together.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html">Lambda
   *     quotas</a>
   */
  private static final int MAX_BYTES = 4096;

  /** Longer than any queue URL or registry host, which only CloudFormation knows. */
  private static final String UNRESOLVED = "x".repeat(128);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FunctionSpec function;
  private final ObjectNode settings;

  FunctionConfigJson(FunctionSpec function, PullRescueConfig config) {
    this.function = function;
    settings = JSON.valueToTree(config);
    settings.properties().removeIf(setting -> !function.reads(setting.getKey()));
  }

  /** Returns the settings that the function reads. */
  String text() {
    return write(settings);
  }

  /**
   * Checks that all environment variables fit into the function's configuration.
   *
   * @throws InvalidSettingsException if they do not, with the longest settings
   */
  void checkSize(Map<String, String> variables) {
    var resolved = new LinkedHashMap<>(variables);
    resolved.replaceAll((name, value) -> Token.isUnresolved(value) ? UNRESOLVED : value);
    // Lambda measures the variables as one JSON object, in which the quotes of ours are escaped.
    int bytes = bytes(write(resolved));
    if (bytes > MAX_BYTES) {
      var longest =
          settings.properties().stream()
              .flatMap(FunctionConfigJson::leaves)
              .sorted(
                  Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                      .reversed())
              .limit(3)
              .map(it -> "%s (%d bytes)".formatted(it.getKey(), it.getValue()))
              .collect(joining(", "));
      throw new InvalidSettingsException(
          "the settings are too long for %s: its environment variables take %d bytes, and Lambda allows %d; shorten the longest settings, for example with wildcards: %s"
              .formatted(function.functionName(), bytes, MAX_BYTES, longest));
    }
  }

  /** Returns the settings of a section by name, or the setting itself, with their sizes. */
  private static Stream<Map.Entry<String, Integer>> leaves(Map.Entry<String, JsonNode> property) {
    var value = property.getValue();
    var isSection = value.isObject() && !property.getKey().equals("credentials");
    return isSection
        ? value.properties().stream().flatMap(FunctionConfigJson::leaves)
        : Stream.of(Map.entry(property.getKey(), bytes(write(value))));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
