package io.pullrescue.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
  Stream<DynamicTest> meansWhatACarefulPersonReads() throws IOException {
    return messages().stream()
        .map(message ->
            DynamicTest.dynamicTest(
                message.path("tool").asText() + ": " + message.path("cause").asText(),
                () -> check(message)));
  }

  @Test
  void showsEveryCause() throws IOException {
    var causes = messages().stream().map(message -> message.path("cause").asText()).distinct();

    assertThat(causes).containsAll(Arrays.stream(Cause.values()).map(Cause::name).toList());
  }

  private static void check(JsonNode message) {
    var diagnosis = Messages.diagnose(message.path("text").asText());
    List<String> images = new ArrayList<>();
    message.path("images").forEach(image -> images.add(image.asText()));

    assertThat(Messages.cause(diagnosis)).isEqualTo(message.path("cause").asText());
    assertThat(Messages.images(diagnosis)).isEqualTo(images);
  }

  private static List<JsonNode> messages() throws IOException {
    try (var file = MessageTest.class.getResourceAsStream("/messages/messages.jsonl")) {
      assertThat(file).isNotNull();
      List<JsonNode> messages = new ArrayList<>();
      for (var line : new String(file.readAllBytes(), UTF_8).lines().toList()) {
        messages.add(new ObjectMapper().readTree(line));
      }
      return messages;
    }
  }
}
