package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading takes work in proportion to the text, whoever wrote it. */
final class GrowthTest {
  @ParameterizedTest
  @MethodSource("nastiest")
  void eightTimesTheTextIsNotMuchMoreThanEightTimesTheWork(String piece) {
    work(Growth.text(piece, 20_000));
    var small = work(Growth.text(piece, 20_000));
    var large = work(Growth.text(piece, 160_000));

    // Were it quadratic, it would be 64 times the work.
    assertThat(large / (double) small).isLessThan(24);
  }

  @ParameterizedTest
  @MethodSource("nastiest")
  void aLineEightTimesAsLongIsNotMuchMoreThanEightTimesTheWork(String piece) {
    var line = piece.replace('\n', ' ');
    var small = work(lines(Growth.text(line, 1_000), 80));
    var large = work(lines(Growth.text(line, 8_000), 10));

    // The text is as long; were a line quadratic, it would be eight times the work.
    assertThat(large / (double) small).isLessThan(4);
  }

  static Stream<String> nastiest() {
    return Growth.texts().values().stream();
  }

  /** Upper case begins every line, so that none goes on with the one before. */
  private static String lines(String line, int count) {
    return ("X " + line + "\n").repeat(count);
  }

  private static long work(String text) {
    return LongStream.range(0, 3).map(i -> Growth.cpuTime(text)).min().orElseThrow();
  }
}
