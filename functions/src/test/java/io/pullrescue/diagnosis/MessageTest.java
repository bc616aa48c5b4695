package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the tools really print, and what it means: messages/messages.jsonl. */
final class MessageTest {
  @TestFactory
  Stream<DynamicTest> meansWhatACarefulPersonReads() {
    return Messages.labelled().stream()
        .map(message ->
            DynamicTest.dynamicTest(
                message.path("tool").asText() + ": " + message.path("cause").asText(),
                () -> check(message)));
  }

  @Test
  void showsEveryCause() {
    var causes =
        Messages.labelled().stream().map(message -> message.path("cause").asText()).distinct();

    assertThat(causes).containsAll(Arrays.stream(Cause.values()).map(Cause::name).toList());
  }

  private static void check(JsonNode message) {
    var diagnosis = Messages.diagnose(message.path("text").asText());
    List<String> images = new ArrayList<>();
    message.path("images").forEach(image -> images.add(image.asText()));

    assertThat(Messages.cause(diagnosis)).isEqualTo(message.path("cause").asText());
    assertThat(Messages.images(diagnosis)).isEqualTo(images);
  }
}
