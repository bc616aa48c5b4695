package io.pullrescue.workload.codebuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.workload.codebuild.log.LogResult.Found;
import io.pullrescue.workload.codebuild.log.LogResult.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TailBufferTest {
  private static final int CAPACITY = 5 << 20;

  @Test
  void keepsShortTextWhole() throws IOException {
    assertThat(TailBuffer.read(stream("one\ntwo\n"))).isEqualTo(new Found(List.of("one", "two")));
    assertThat(TailBuffer.read(stream(""))).isEqualTo(new Found(List.of()));
  }

  @Test
  void keepsLastWholeLinesOfLongText() throws IOException {
    var line = "0123456789 ".repeat(10) + "\n";
    var text = line.repeat(3 * CAPACITY / line.length()) + "the last line\n";

    var lines = ((Found) TailBuffer.read(stream(text))).lines();

    assertThat(lines.getLast()).isEqualTo("the last line");
    assertThat(lines.subList(0, lines.size() - 1)).allMatch(value -> value.length() == 110);
    assertThat((long) lines.size() * line.length()).isBetween(CAPACITY - 1000L, CAPACITY + 1000L);
  }

  @Test
  void keepsTextThatFillsBuffer() throws IOException {
    var bytes = new byte[CAPACITY];
    Arrays.fill(bytes, (byte) 'x');

    assertThat(((Found) TailBuffer.read(new ByteArrayInputStream(bytes))).lines())
        .singleElement()
        .satisfies(value -> assertThat(value).hasSize(CAPACITY));
  }

  @Test
  void stopsReadingEndlessText() throws IOException {
    assertThat(TailBuffer.read(new EndlessInputStream()))
        .isEqualTo(new Unavailable("the log is larger than 1 GiB"));
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class EndlessInputStream extends InputStream {
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
