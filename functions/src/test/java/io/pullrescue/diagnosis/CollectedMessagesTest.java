package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.image.ImageReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Diagnoses messages/collected.jsonl: error lines that people reported, with labels that were
 * written before the first run. Names of private hosts and images are replaced.
 *
 * <p>{@code alt_causes} and {@code alt_images} are other answers that a careful reader may give;
 * {@code tag_shown} is false where the tool did not print the tag.
 */
final class CollectedMessagesTest {
  @TestFactory
  Stream<DynamicTest> diagnosesCollectedMessages() {
    return messages().stream()
        .map(message -> DynamicTest.dynamicTest(message.path("id").asText(), () -> check(message)));
  }

  @Test
  void findsNoFailureInLookAlikes() {
    assertThat(messages())
        .filteredOn(message -> message.path("cause").asText().equals("NOT_A_PULL_FAILURE"))
        .hasSizeGreaterThan(40)
        .allSatisfy(message ->
            assertThat(MessageCorpus.diagnose(message.path("text").asText()))
                .isInstanceOf(NotAPullFailure.class));
  }

  private static List<JsonNode> messages() {
    return MessageCorpus.entries("/messages/collected.jsonl");
  }

  private static void check(JsonNode message) {
    var diagnosis = MessageCorpus.diagnose(message.path("text").asText());
    var images = Set.copyOf(MessageCorpus.images(diagnosis));
    var causes = strings(message.path("alt_causes"));
    var mayBeNoFailure = causes.contains("NOT_A_PULL_FAILURE") && images.isEmpty();
    causes.add(message.path("cause").asText());

    assertThat(MessageCorpus.cause(diagnosis)).isIn(causes);
    if (!mayBeNoFailure) {
      assertThat(isAccepted(images, message)).as("images %s", images).isTrue();
    }
  }

  private static boolean isAccepted(Set<String> images, JsonNode message) {
    var expected = strings(message.path("images"));
    var alternatives = strings(message.path("alt_images"));
    var isOtherSpelling = !images.isEmpty() && alternatives.containsAll(images);
    return images.equals(expected)
        || isOtherSpelling
        || (!message.path("tag_shown").asBoolean(true)
            && (images.isEmpty() || names(images).equals(names(expected))));
  }

  private static Set<String> names(Set<String> images) {
    return images.stream()
        .flatMap(image -> ImageReference.parse(image).stream())
        .map(ImageReference::name)
        .collect(Collectors.toSet());
  }

  private static Set<String> strings(JsonNode array) {
    Set<String> strings = new HashSet<>();
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }
}
