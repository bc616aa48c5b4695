package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.LogText.Lines;
import io.pullrescue.failure.LogText.OutOfReach;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogTailTest {
  private static final int KEPT = 5 << 20;

  @Test
  void aShortTextIsItsOwnTail() throws IOException {
    assertThat(LogTail.read(text("one\ntwo\n"))).isEqualTo(new Lines(List.of("one", "two")));
    assertThat(LogTail.read(text(""))).isEqualTo(new Lines(List.of()));
  }

  @Test
  void ofALongTextTheLastWholeLinesAreKept() throws IOException {
    var line = "0123456789 ".repeat(10) + "\n";
    var whole = line.repeat(3 * KEPT / line.length()) + "the last line\n";

    var lines = ((Lines) LogTail.read(text(whole))).lines();

    assertThat(lines.getLast()).isEqualTo("the last line");
    assertThat(lines.subList(0, lines.size() - 1)).allMatch(it -> it.length() == 110);
    assertThat((long) lines.size() * line.length()).isBetween(KEPT - 1000L, KEPT + 1000L);
  }

  @Test
  void aTextThatFillsTheBufferIsWhole() throws IOException {
    var bytes = new byte[KEPT];
    Arrays.fill(bytes, (byte) 'x');

    assertThat(((Lines) LogTail.read(new ByteArrayInputStream(bytes))).lines())
        .singleElement()
        .satisfies(it -> assertThat(it).hasSize(KEPT));
  }

  @Test
  void aTextWithoutEndIsGivenUp() throws IOException {
    assertThat(LogTail.read(new Endless()))
        .isEqualTo(new OutOfReach("the log is longer than 1073741824 bytes"));
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return length;
    }
  }
}
