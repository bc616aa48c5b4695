package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.diagnosis.pattern.Cause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Diagnoses what the tools really print: messages/messages.jsonl. */
final class MessageCorpusTest {
  @TestFactory
  Stream<DynamicTest> diagnosesRecordedMessages() {
    return MessageCorpus.entries().stream()
        .map(message ->
            DynamicTest.dynamicTest(
                message.path("tool").asText() + ": " + message.path("cause").asText(),
                () -> check(message)));
  }

  @Test
  void coversEveryCause() {
    var causes =
        MessageCorpus.entries().stream().map(message -> message.path("cause").asText()).distinct();

    assertThat(causes).containsAll(Arrays.stream(Cause.values()).map(Cause::name).toList());
  }

  private static void check(JsonNode message) {
    var diagnosis = MessageCorpus.diagnose(message.path("text").asText());
    List<String> images = new ArrayList<>();
    message.path("images").forEach(image -> images.add(image.asText()));

    assertThat(MessageCorpus.cause(diagnosis)).isEqualTo(message.path("cause").asText());
    assertThat(MessageCorpus.images(diagnosis)).isEqualTo(images);
  }
}
