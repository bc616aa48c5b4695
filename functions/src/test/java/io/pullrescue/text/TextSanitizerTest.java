package io.pullrescue.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextSanitizerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"ruby:2.7", "zu viele Anfragen – später", "속도 제한", "🐳 is a whale", "a b"})
  void keepsOrdinaryText(String text) {
    assertThat(TextSanitizer.sanitize(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "\r", "\u001b", "\u009b", "\u202e", "\u2028", "\u2029", "\ud800", "\ue000"})
  void replacesControlAndFormatCharacters(String text) {
    assertThat(TextSanitizer.sanitize("a" + text + "b")).isEqualTo("a\uFFFDb");
  }

  @Test
  void truncatesLongText() {
    var text = "text ".repeat(40);

    assertThat(TextSanitizer.sanitize(text)).isEqualTo(text);
    assertThat(TextSanitizer.sanitize(text + "a")).isEqualTo(text + "...");
    assertThat(TextSanitizer.sanitize("abc", 2)).isEqualTo("ab...");
  }
}
