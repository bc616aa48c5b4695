package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compares the template with a reviewed one, so that every change is visible in a diff. */
class TemplateSnapshotTest {
  private static final Path SNAPSHOT = Path.of("src/test/resources/template.json");

  /** The order of the fields of a pattern differs from run to run. */
  private static final JsonMapper SORTED =
      JsonMapper.builder()
          .enable(
              SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
          .build();

  @Test
  void templateMatchesSnapshot() throws IOException {
    var template = readable(SynthesizedStack.byDefault());
    if (Boolean.getBoolean("snapshot.update")) {
      Files.writeString(SNAPSHOT, template);
    }

    assertThat(template)
        .as(
            "the template has changed; if that is intended, run mvn test -Dtest=TemplateSnapshotTest -Dsnapshot.update=true")
        .isEqualTo(Files.readString(SNAPSHOT));
  }

  /** Replaces the hash of the functions' jar, which changes with every change of the functions. */
  private static String readable(SynthesizedStack stack) throws IOException {
    var json = SORTED.writeValueAsString(SORTED.treeToValue(stack.template(), Map.class));
    return json.replaceAll("\\b[0-9a-f]{64}\\b", "<hash>") + "\n";
  }
}
