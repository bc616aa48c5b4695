package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks that the rules match events as the functions publish them, by the published schemas. */
class EventContractTest {
  private static final Path SCHEMAS = Path.of("../events/schemas");
  private static final String SUFFIX = ".schema.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<JsonNode> rules;

  @BeforeAll
  static void synthesize() {
    rules =
        SynthesizedStack.with(SynthesizedStack.EVERYTHING)
            .all("AWS::Events::Rule")
            .filter(rule -> rule.path("EventPattern").path("source").toString().contains("rescue"))
            .toList();
  }

  @Test
  void rulesMatchPublishedTypesOnly() throws IOException {
    assertThat(rules)
        .hasSize(2)
        .flatExtracting(rule -> texts(rule.path("EventPattern").path("detail-type")).toList())
        .isSubsetOf(schemas().keySet());
  }

  @Test
  void rulesUseFieldsOfThePublishedEvents() throws IOException {
    var schemas = schemas();

    for (var rule : rules) {
      var fields = fieldsOf(rule);
      assertThat(fields).isNotEmpty();
      texts(rule.path("EventPattern").path("detail-type"))
          .forEach(type ->
              assertThat(
                      names(
                          schemas.getOrDefault(type, MissingNode.getInstance()).path("properties")))
                  .as(type)
                  .containsAll(fields));
    }
  }

  /** Returns the fields of the detail that a rule matches or shows. */
  private static Set<String> fieldsOf(JsonNode rule) {
    var matched = names(rule.path("EventPattern").path("detail")).stream();
    var shown =
        rule.findValues("InputPathsMap").stream()
            .flatMap(EventContractTest::texts)
            .filter(path -> path.startsWith("$.detail."))
            .map(path -> path.split("\\.", -1)[2]);
    return Stream.concat(matched, shown).collect(Collectors.toSet());
  }

  /** Returns the schemas by detail-type: {@code retry-skipped} is that of {@code Retry Skipped}. */
  private static Map<String, JsonNode> schemas() throws IOException {
    try (var files = Files.list(SCHEMAS)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .collect(Collectors.toMap(EventContractTest::type, EventContractTest::schema));
    }
  }

  private static String type(Path file) {
    var name = file.getFileName().toString();
    return Stream.of(name.substring(0, name.length() - SUFFIX.length()).split("-", -1))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining(" "));
  }

  private static JsonNode schema(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static Stream<String> texts(JsonNode arrayOrObject) {
    return StreamSupport.stream(arrayOrObject.spliterator(), false).map(JsonNode::asText);
  }
}
