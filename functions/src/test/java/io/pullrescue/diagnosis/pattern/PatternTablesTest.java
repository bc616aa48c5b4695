package io.pullrescue.diagnosis.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks what the matcher requires of the pattern tables. */
final class PatternTablesTest {
  @ParameterizedTest
  @MethodSource("tables")
  void containSearchablePhrases(List<Map.Entry<String, LogPattern>> table) {
    assertThat(table)
        .isNotEmpty()
        .extracting(Map.Entry::getKey)
        .allMatch(phrase -> !phrase.isBlank() && phrase.equals(phrase.toLowerCase(Locale.ROOT)))
        .noneMatch(phrase -> phrase.indexOf('\n') >= 0);
  }

  @Test
  void rankErrorPatternsByRowOrder() {
    var patterns =
        ErrorPatterns.phrases().stream().map(entry -> (ErrorPattern) entry.getValue()).toList();

    assertThat(patterns).extracting(ErrorPattern::rank).isSorted().contains(0, 1, 2);
    assertThat(patterns).extracting(ErrorPattern::cause).contains(Cause.values());
    assertThat(patterns.getFirst().cause()).isEqualTo(Cause.RATE_LIMITED);
  }

  static Stream<List<Map.Entry<String, LogPattern>>> tables() {
    return Stream.of(ErrorPatterns.phrases(), ContextPatterns.phrases());
  }
}
