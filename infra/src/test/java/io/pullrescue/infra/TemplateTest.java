package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The whole template, so that every change of what is deployed is seen as a diff. */
class TemplateTest {
  private static final Path GOLDEN = Path.of("src/test/resources/template.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theTemplateIsTheOneThatWasReviewed() throws IOException {
    String template = readable(Synthesized.byDefault());
    if (Boolean.getBoolean("golden.renew")) {
      Files.writeString(GOLDEN, template);
    }

    // As trees: the order in which a pattern names its fields differs from run to run.
    assertThat(JSON.readTree(template))
        .as("what is deployed has changed; when that is meant: mvn test -Dgolden.renew=true")
        .isEqualTo(JSON.readTree(Files.readString(GOLDEN)));
  }

  /** The hash of the functions' jar changes with every change of theirs, which is not ours. */
  private static String readable(Synthesized stack) throws IOException {
    String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stack.template());
    return json.replaceAll("\\b[0-9a-f]{64}\\b", "<hash>") + "\n";
  }
}
