package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"ruby:2.7", "zu viele Anfragen – später", "속도 제한", "🐳 is a whale", "a b"})
  void leavesWhatPeopleWrite(String text) {
    assertThat(Printable.of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "\r", "\u001b", "\u009b", "\u202e", "\u2028", "\u2029", "\ud800", "\ue000"})
  void showsWhatWouldWriteIntoOurLinesAsUnreadable(String text) {
    assertThat(Printable.of("a" + text + "b")).isEqualTo("a\uFFFDb");
  }

  @Test
  void cutsWhatIsLongAndSaysSo() {
    assertThat(Printable.of("a".repeat(200))).isEqualTo("a".repeat(200));
    assertThat(Printable.of("a".repeat(201))).isEqualTo("a".repeat(200) + "...");
    assertThat(Printable.of("abc", 2)).isEqualTo("ab...");
  }
}
