package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lines are one error that was wrapped. */
final class PassageReaderTest {
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
  void joinsWhatGoesOn(String text) {
    assertThat(passages(text)).containsExactly(text.replace('\n', ' '));
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
  void keepsApartWhatDoesNot(String text) {
    assertThat(passages(text)).containsExactlyElementsOf(text.lines().toList());
  }

  @Test
  void joinsThirteenLinesAtMost() {
    assertThat(passages("error:\n" + "x:\n".repeat(13)))
        .containsExactly("error:" + " x:".repeat(12), "x:");
  }

  @Test
  void keepsTheNumberOfTheFirstLine() {
    assertThat(read("one\nerror:\nx\nFour")).extracting(Line::number).containsExactly(1, 2, 4);
  }

  private static List<String> passages(String text) {
    return read(text).stream().map(Line::text).toList();
  }

  private static List<Line> read(String text) {
    List<Line> passages = new ArrayList<>();
    PassageReader.read(text, passages::add);
    return passages;
  }
}
