package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the template with a reviewed one, so that every change is visible in a diff. */
class TemplateSnapshotTest {
  private static final Path SNAPSHOT = Path.of("src/test/resources/template.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void templateMatchesSnapshot() throws IOException {
    var template = readable(SynthesizedStack.byDefault());
    if (Boolean.getBoolean("snapshot.update")) {
      Files.writeString(SNAPSHOT, template);
    }

    // As trees: the order of the fields of a pattern differs from run to run.
    assertThat(JSON.readTree(template))
        .as(
            "the template has changed; if that is intended, run mvn test -Dtest=TemplateSnapshotTest -Dsnapshot.update=true")
        .isEqualTo(JSON.readTree(Files.readString(SNAPSHOT)));
  }

  /** Replaces the hash of the functions' jar, which changes with every change of the functions. */
  private static String readable(SynthesizedStack stack) throws IOException {
    var json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stack.template());
    return json.replaceAll("\\b[0-9a-f]{64}\\b", "<hash>") + "\n";
  }
}
