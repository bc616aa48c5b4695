package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRecordTest {
  private static final Path EVENTS = Path.of("../events");
  private static final Pattern FIELD = Pattern.compile("detail(?:\\.[a-zA-Z0-9]+)+");

  private final SynthesizedStack stack = SynthesizedStack.byDefault();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pull-rescue/image-replicated.json",
        "pull-rescue/image-replicated-for-task.json",
        "pull-rescue/image-replicated-for-job.json"
      })
  void recordsPublishedEvents(String event) throws IOException {
    assertThat(EventPatternMatcher.matches(event(event), rule().path("EventPattern"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"codebuild/build-failed-rate-limit.json", "ecs/fargate-rate-limit.json"})
  void recordsNoOtherEvents(String event) throws IOException {
    assertThat(EventPatternMatcher.matches(event(event), rule().path("EventPattern"))).isFalse();
  }

  @Test
  void recordsNoEventsOfOtherAccounts() throws IOException {
    var foreign =
        event("pull-rescue/image-replicated.json").replace("123456789012", "9".repeat(12));

    assertThat(EventPatternMatcher.matches(foreign, rule().path("EventPattern"))).isFalse();
  }

  /** EventBridge rejects the ARN with {@code :*} at its end. */
  @Test
  void ruleNamesLogGroupWithoutWildcard() {
    assertThat(rule().path("Targets"))
        .singleElement()
        .extracting(target -> target.path("Arn").toString())
        .asString()
        .contains(":log-group:")
        .contains(recordId())
        .doesNotContain("*");
  }

  @Test
  void eventsAreKeptAsLongAsLogs() {
    assertThat(record(stack).path("RetentionInDays").asInt()).isEqualTo(30);
    assertThat(
            record(SynthesizedStack.with(Map.of("logRetentionDays", 365)))
                .path("RetentionInDays")
                .asInt())
        .isEqualTo(365);
  }

  @Test
  void onlyTheRuleMayWrite() throws IOException {
    var document =
        stack
            .all("AWS::Logs::ResourcePolicy")
            .toList()
            .getFirst()
            .path("PolicyDocument")
            .toString();

    assertThat(stack.all("AWS::Logs::ResourcePolicy")).hasSize(1);
    assertThat(document)
        .contains("events.amazonaws.com", "logs:PutLogEvents", "aws:SourceArn")
        .contains(recordId(), ruleId())
        .doesNotContain("\"Resource\":\"*\"");
  }

  /** The target of the CDK for log groups creates a function and a role. */
  @Test
  void createsNoFunction() {
    assertThat(stack.template().toString()).doesNotContain("Custom::");
  }

  @Test
  void savedQueriesReadTheRecord() {
    assertThat(queries())
        .hasSize(6)
        .allSatisfy(query -> {
          assertThat(query.path("Name").asText()).startsWith("pull-rescue/");
          assertThat(query.path("LogGroupNames").toString()).contains(recordId());
        });
  }

  /** A field that no event has would make a query empty. */
  @Test
  void savedQueriesUseFieldsOfTheSchemas() throws IOException {
    var names = new StringBuilder();
    try (var schemas = Files.list(EVENTS.resolve("schemas"))) {
      for (var schema : schemas.toList()) {
        names.append(new ObjectMapper().readTree(schema.toFile()));
      }
    }

    assertThat(queries())
        .flatMap(query ->
            FIELD
                .matcher(query.path("QueryString").asText())
                .results()
                .flatMap(field -> List.of(field.group().split("\\.")).stream().skip(1))
                .toList())
        .filteredOn(name -> !name.matches("\\d"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(names).contains('"' + name + "\":{"));
  }

  private List<JsonNode> queries() {
    return stack.all("AWS::Logs::QueryDefinition").toList();
  }

  private JsonNode rule() {
    return stack
        .all("AWS::Events::Rule")
        .filter(
            rule -> rule.path("EventPattern").path("source").path(0).asText().equals("pull-rescue"))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode record(SynthesizedStack stack) {
    return stack
        .all("AWS::Logs::LogGroup")
        .filter(log -> log.path("LogGroupName").asText().equals("/aws/events/pull-rescue"))
        .findFirst()
        .orElseThrow();
  }

  private String recordId() {
    return idOf("AWS::Logs::LogGroup", record(stack));
  }

  private String ruleId() {
    return idOf("AWS::Events::Rule", rule());
  }

  private String idOf(String type, JsonNode properties) {
    return stack
        .template()
        .path("Resources")
        .propertyStream()
        .filter(resource -> resource.getValue().path("Type").asText().equals(type))
        .filter(resource -> resource.getValue().path("Properties").equals(properties))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static String event(String name) throws IOException {
    return Files.readString(EVENTS.resolve(name));
  }
}
