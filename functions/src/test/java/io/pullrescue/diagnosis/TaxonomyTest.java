package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.pullrescue.diagnosis.pattern.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Compares the published taxonomy, events/taxonomy, with the causes of a diagnosis. */
final class TaxonomyTest {
  private static final Path FOLDER = Path.of("../events/taxonomy");

  @Test
  void conformsToItsSchema() throws IOException {
    var schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(FOLDER.resolve("pull-failures.schema.json")));

    assertThat(schema.validate(taxonomy())).isEmpty();
  }

  @Test
  void hasEveryCause() throws IOException {
    List<String> causes = new ArrayList<>();
    Arrays.stream(Cause.values()).map(Cause::name).forEach(causes::add);
    causes.add("NOT_A_PULL_FAILURE");

    assertThat(stream(taxonomy().path("causes")).map(cause -> cause.path("id").asText()))
        .containsExactlyInAnyOrderElementsOf(causes);
  }

  @Test
  void tellsWhetherMirroredImageHelps() throws IOException {
    var causes = taxonomy().path("causes");

    for (var cause : Cause.values()) {
      assertThat(stream(causes))
          .filteredOn(entry -> entry.path("id").asText().equals(cause.name()))
          .singleElement()
          .extracting(entry -> entry.path("mirroredImageHelps").asBoolean())
          .isEqualTo(cause.isFixableByMirroring());
    }
  }

  @Test
  void describesEveryRemediation() throws IOException {
    var described =
        stream(taxonomy().path("remediations")).map(entry -> entry.path("id").asText()).toList();

    assertThat(
            stream(taxonomy().path("causes")).flatMap(cause -> stream(cause.path("remediations"))))
        .extracting(JsonNode::asText)
        .containsAll(described)
        .allMatch(described::contains);
  }

  private static JsonNode taxonomy() throws IOException {
    return new ObjectMapper().readTree(Files.readString(FOLDER.resolve("pull-failures.json")));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
