package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.log.LogLine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineJoinerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error response from daemon:\nmanifest unknown",
        "ErrorCode=\n500",
        "a,\nb",
        "f(\nx)",
        "msg:\n\"denied\"",
        "toomanyrequests: You have reached\nyour limit",
      })
  void joinsContinuationLines(String text) {
    assertThat(joinedTexts(text)).containsExactly(text.replace('\n', ' '));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "All is well\nand goes on",
        "Error response from daemon:\nStep 2",
        "Error response from daemon:\n- x",
        "toomanyrequests\n\nyour limit",
        "error:\ntrying to pull a/b:1",
        "error:\ndocker run x",
      })
  void keepsUnrelatedLinesSeparate(String text) {
    assertThat(joinedTexts(text)).containsExactlyElementsOf(text.lines().toList());
  }

  @Test
  void joinsAtMostThirteenLines() {
    assertThat(joinedTexts("error:\n" + "x:\n".repeat(13)))
        .containsExactly("error:" + " x:".repeat(12), "x:");
  }

  @Test
  void keepsFirstLineNumber() {
    assertThat(read("one\nerror:\nx\nFour")).extracting(LogLine::number).containsExactly(1, 2, 4);
  }

  private static List<String> joinedTexts(String text) {
    return read(text).stream().map(LogLine::text).toList();
  }

  private static List<LogLine> read(String text) {
    List<LogLine> lines = new ArrayList<>();
    LineJoiner.join(text, lines::add);
    return lines;
  }
}
