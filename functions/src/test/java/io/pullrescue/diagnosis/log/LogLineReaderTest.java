package io.pullrescue.diagnosis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogLineReaderTest {
  @Test
  void numbersLinesForAnyLineTerminator() {
    assertThat(read("one\r\ntwo\nthree\r\r\n\r\nfive\r"))
        .extracting(LogLine::number, LogLine::text)
        .containsExactly(
            tuple(1, "one"), tuple(2, "two"), tuple(3, "three"), tuple(4, ""), tuple(5, "five"));
  }

  @Test
  void splitsAtCarriageReturnWithinLine() {
    assertThat(read("10 %\r100 %\nnext"))
        .extracting(LogLine::number, LogLine::text)
        .containsExactly(tuple(1, "10 %"), tuple(1, "100 %"), tuple(2, "next"));
  }

  @Test
  void removesColorsLinksAndBidiControls() {
    assertThat(
            text("\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u202eabc"))
        .isEqualTo("red link abc");
  }

  @Test
  void dropsUnterminatedEscapeSequence() {
    assertThat(text("before \u001b[")).isEqualTo("before");
    assertThat(text("before \u001b")).isEqualTo("before");
  }

  @Test
  void unescapesJsonStrings() {
    assertThat(text("{\"msg\":\"pull \\\"a:1\\\" failed\\tnow\"}"))
        .isEqualTo("{\"msg\":\"pull \"a:1\" failed now\"}");
    assertThat(text("{\"msg\":\"pull a:1\\nfailed\"}")).isEqualTo("{\"msg\":\"pull a:1");
    assertThat(text("C:\\builds")).isEqualTo("C:\\builds");
  }

  @Test
  void normalizesTypographicQuotesAndSpaces() {
    assertThat(text("can\u2019t\u00a0pull \u201ca\u201d")).isEqualTo("can't pull \"a\"");
  }

  @Test
  void decodesHtmlEntities() {
    assertThat(text("Get &quot;https://a/b?c=1&amp;d=2&quot;: &#39;x&#39; &lt;none&gt;&nbsp;y"))
        .isEqualTo("Get \"https://a/b?c=1&d=2\": 'x' <none> y");
    assertThat(text("a&#x2F;b &#34;c&#34; &apos;d&apos; &#x27;e&#47;f"))
        .isEqualTo("a/b \"c\" 'd' 'e/f");
    assertThat(text("make && run & &; &amp &unknown; &"))
        .isEqualTo("make && run & &; &amp &unknown; &");
  }

  @Test
  void splitsLongLineAtSpace() {
    var lines = read("word ".repeat(LogLineReader.MAX_LINE_LENGTH));

    assertThat(lines).allMatch(line -> line.number() == 1);
    assertThat(lines).allMatch(line -> line.text().length() <= LogLineReader.MAX_LINE_LENGTH);
    assertThat(lines).allMatch(line -> line.text().endsWith("word") || line.isBlank());
  }

  @Test
  void splitsLongLineWithoutSpacesAtLimit() {
    assertThat(read("x".repeat(LogLineReader.MAX_LINE_LENGTH))).hasSize(1);
    assertThat(read("x".repeat(LogLineReader.MAX_LINE_LENGTH + 1)))
        .extracting(line -> line.text().length())
        .containsExactly(LogLineReader.MAX_LINE_LENGTH, 1);
  }

  @Test
  void splitsAtSpaceOnlyInSecondHalf() {
    assertThat(read("x".repeat(6000) + " " + "y".repeat(6000)))
        .extracting(line -> line.text().length())
        .containsExactly(6000, 6000);
    assertThat(read("x".repeat(100) + " " + "y".repeat(9000)))
        .extracting(line -> line.text().length())
        .containsExactly(LogLineReader.MAX_LINE_LENGTH, 101 + 9000 - LogLineReader.MAX_LINE_LENGTH);
  }

  @Test
  void removesEscapeSequencesCompletely() {
    assertThat(text("\u001b[@a\u001b[~b\u001b[1;31mc")).isEqualTo("abc");
    assertThat(text("\u001b]0;title\u001b\\a")).isEqualTo("a");
    assertThat(text("\u001bMa")).isEqualTo("a");
  }

  @Test
  void keepsTrailingBackslashAndReplacesControlCharacters() {
    assertThat(text("docker pull \\")).isEqualTo("docker pull \\");
    assertThat(text("a\u0001b\u001fc\td")).isEqualTo("a b c d");
  }

  @Test
  void lowercasesWithoutChangingLength() {
    var line = read("\u0130stanbul ERROR").getFirst();

    assertThat(line.lowerCase()).hasSameSizeAs(line.text()).endsWith("error");
  }

  private static String text(String raw) {
    return read(raw).getFirst().text();
  }

  private static List<LogLine> read(String text) {
    List<LogLine> lines = new ArrayList<>();
    new LogLineReader(text).forEachRemaining(lines::add);
    return lines;
  }
}
