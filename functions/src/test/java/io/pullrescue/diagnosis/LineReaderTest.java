package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
  @Test
  void numbersLinesWhateverEndsThem() {
    assertThat(read("one\r\ntwo\nthree\r\r\n\r\nfive\r"))
        .extracting(Line::number, Line::text)
        .containsExactly(
            tuple(1, "one"), tuple(2, "two"), tuple(3, "three"), tuple(4, ""), tuple(5, "five"));
  }

  @Test
  void beginsALineAnewAtACarriageReturnAsATerminalDoes() {
    assertThat(read("10 %\r100 %\nnext"))
        .extracting(Line::number, Line::text)
        .containsExactly(tuple(1, "10 %"), tuple(1, "100 %"), tuple(2, "next"));
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
    assertThat(text("{\"msg\":\"pull \\\"a:1\\\" failed\\tnow\"}"))
        .isEqualTo("{\"msg\":\"pull \"a:1\" failed now\"}");
    assertThat(text("{\"msg\":\"pull a:1\\nfailed\"}")).isEqualTo("{\"msg\":\"pull a:1");
    assertThat(text("C:\\builds")).isEqualTo("C:\\builds");
  }

  @Test
  void readsTypographicQuotesAndWideBlanksAsPlainOnes() {
    assertThat(text("can\u2019t\u00a0pull \u201ca\u201d")).isEqualTo("can't pull \"a\"");
  }

  @Test
  void readsWhatAPageEscapedAsTheTextItself() {
    assertThat(text("Get &quot;https://a/b?c=1&amp;d=2&quot;: &#39;x&#39; &lt;none&gt;&nbsp;y"))
        .isEqualTo("Get \"https://a/b?c=1&d=2\": 'x' <none> y");
    assertThat(text("a&#x2F;b &#34;c&#34; &apos;d&apos; &#x27;e&#47;f"))
        .isEqualTo("a/b \"c\" 'd' 'e/f");
    assertThat(text("make && run & &; &amp &unknown; &"))
        .isEqualTo("make && run & &; &amp &unknown; &");
  }

  @Test
  void cutsALineWithoutEndAtABlank() {
    var lines = read("word ".repeat(LineReader.LONGEST));

    assertThat(lines).allMatch(line -> line.number() == 1);
    assertThat(lines).allMatch(line -> line.text().length() <= LineReader.LONGEST);
    assertThat(lines).allMatch(line -> line.text().endsWith("word") || line.isBlank());
  }

  @Test
  void cutsALineWithoutBlanksWhereItMust() {
    assertThat(read("x".repeat(LineReader.LONGEST))).hasSize(1);
    assertThat(read("x".repeat(LineReader.LONGEST + 1)))
        .extracting(line -> line.text().length())
        .containsExactly(LineReader.LONGEST, 1);
  }

  @Test
  void cutsAtABlankOnlyWhereThatLeavesAPieceWorthReading() {
    assertThat(read("x".repeat(6000) + " " + "y".repeat(6000)))
        .extracting(line -> line.text().length())
        .containsExactly(6000, 6000);
    assertThat(read("x".repeat(100) + " " + "y".repeat(9000)))
        .extracting(line -> line.text().length())
        .containsExactly(LineReader.LONGEST, 101 + 9000 - LineReader.LONGEST);
  }

  @Test
  void leavesOutEscapesToTheirLastCharacter() {
    assertThat(text("\u001b[@a\u001b[~b\u001b[1;31mc")).isEqualTo("abc");
    assertThat(text("\u001b]0;title\u001b\\a")).isEqualTo("a");
    assertThat(text("\u001bMa")).isEqualTo("a");
  }

  @Test
  void keepsABackslashAtTheEndAndReadsControlCharactersAsBlanks() {
    assertThat(text("docker pull \\")).isEqualTo("docker pull \\");
    assertThat(text("a\u0001b\u001fc\td")).isEqualTo("a b c d");
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
