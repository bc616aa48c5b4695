package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of symptoms and clues as data: what the search for phrases asks of them. */
final class TablesTest {
  @ParameterizedTest
  @MethodSource("tables")
  void holdPhrasesThatCanBeFound(List<Map.Entry<String, Sign>> table) {
    assertThat(table)
        .isNotEmpty()
        .extracting(Map.Entry::getKey)
        .allMatch(phrase -> !phrase.isBlank() && phrase.equals(phrase.toLowerCase(Locale.ROOT)))
        .noneMatch(phrase -> phrase.indexOf('\n') >= 0);
  }

  @Test
  void tellTheCauseOfASymptomByTheUppermostRow() {
    var symptoms = Symptoms.phrases().stream().map(it -> (Symptom) it.getValue()).toList();

    assertThat(symptoms).extracting(Symptom::rank).isSorted().contains(0, 1, 2);
    assertThat(symptoms).extracting(Symptom::cause).contains(Cause.values());
    assertThat(symptoms.getFirst().cause()).isEqualTo(Cause.RATE_LIMITED);
  }

  static Stream<List<Map.Entry<String, Sign>>> tables() {
    return Stream.of(Symptoms.phrases(), Clues.phrases());
  }
}
