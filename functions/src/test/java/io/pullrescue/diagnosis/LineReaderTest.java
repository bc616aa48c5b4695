package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
  @Test
  void numbersLinesWhateverEndsThem() {
    assertThat(read("one\r\ntwo\nthree"))
        .filteredOn(line -> !line.isBlank())
        .extracting(Line::number, Line::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, "one"),
            org.assertj.core.groups.Tuple.tuple(2, "two"),
            org.assertj.core.groups.Tuple.tuple(3, "three"));
  }

  @Test
  void leavesOutColoursLinksAndTurnedDirections() {
    assertThat(
            text("\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u202eabc"))
        .isEqualTo("red link abc");
  }

  @Test
  void endsWithAnEscapeThatNeverEnds() {
    assertThat(text("before \u001b[")).isEqualTo("before");
    assertThat(text("before \u001b")).isEqualTo("before");
  }

  @Test
  void readsQuotedTextAsTheTextItself() {
    assertThat(read("{\"msg\":\"pull \\\"a:1\\\"\\nfailed\\tnow\"}"))
        .extracting(Line::number, Line::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, "{\"msg\":\"pull \"a:1\""),
            org.assertj.core.groups.Tuple.tuple(1, "failed now\"}"));
    assertThat(text("C:\\builds")).isEqualTo("C:\\builds");
  }

  @Test
  void readsTypographicQuotesAndWideBlanksAsPlainOnes() {
    assertThat(text("can\u2019t\u00a0pull \u201ca\u201d")).isEqualTo("can't pull \"a\"");
  }

  @Test
  void cutsALineWithoutEndAtABlank() {
    var lines = read("word ".repeat(LineReader.LONGEST));

    assertThat(lines).allMatch(line -> line.number() == 1);
    assertThat(lines).allMatch(line -> line.text().length() <= LineReader.LONGEST);
    assertThat(lines).allMatch(line -> line.text().endsWith("word") || line.isBlank());
  }

  @Test
  void lowersCharacterForCharacter() {
    var line = read("\u0130stanbul ERROR").getFirst();

    assertThat(line.lower()).hasSameSizeAs(line.text()).endsWith("error");
  }

  private static String text(String raw) {
    return read(raw).getFirst().text();
  }

  private static List<Line> read(String text) {
    List<Line> lines = new ArrayList<>();
    new LineReader(text).forEachRemaining(lines::add);
    return lines;
  }
}
