package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Diagnoses messages/shapes.jsonl: texts composed after what tools print, each with one difficulty.
 * {@code fixable} lists the images that a mirrored image helps.
 */
final class MessageShapesTest {
  @TestFactory
  Stream<DynamicTest> diagnosesShapes() {
    return MessageCorpus.entries("/messages/shapes.jsonl").stream()
        .map(message ->
            DynamicTest.dynamicTest(message.path("shape").asText(), () -> check(message)));
  }

  private static void check(JsonNode message) {
    var diagnosis = MessageCorpus.diagnose(message.path("text").asText());

    assertThat(MessageCorpus.cause(diagnosis)).isEqualTo(message.path("cause").asText());
    assertThat(MessageCorpus.images(diagnosis)).isEqualTo(strings(message.path("images")));
    assertThat(fixable(diagnosis)).isEqualTo(strings(message.path("fixable")));
  }

  private static List<String> fixable(Diagnosis diagnosis) {
    return diagnosis instanceof PullFailed failed
        ? failed.fixableImages().stream().map(Object::toString).toList()
        : List.of();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }
}
