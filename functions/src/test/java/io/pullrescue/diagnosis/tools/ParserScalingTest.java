package io.pullrescue.diagnosis.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading takes work in proportion to the text, whoever wrote it. */
final class ParserScalingTest {
  @ParameterizedTest
  @MethodSource("nastiest")
  void timeGrowsLinearlyWithTextLength(String piece) {
    ParserScaling.minCpuTime(ParserScaling.repeatToSize(piece, 20_000));
    var small = ParserScaling.minCpuTime(ParserScaling.repeatToSize(piece, 20_000));
    var large = ParserScaling.minCpuTime(ParserScaling.repeatToSize(piece, 160_000));

    // Were it quadratic, it would be 64 times the work.
    assertThat(large / (double) small).isLessThan(24);
  }

  @ParameterizedTest
  @MethodSource("nastiest")
  void timeGrowsLinearlyWithLineLength(String piece) {
    var line = piece.replace('\n', ' ');
    var small =
        ParserScaling.minCpuTime(
            ParserScaling.repeatLine(ParserScaling.repeatToSize(line, 1_000), 80));
    var large =
        ParserScaling.minCpuTime(
            ParserScaling.repeatLine(ParserScaling.repeatToSize(line, 8_000), 10));

    // The text is as long; were a line quadratic, it would be eight times the work.
    assertThat(large / (double) small).isLessThan(4);
  }

  @ParameterizedTest
  @MethodSource("nastiest")
  void memoryGrowsLinearlyWithTextLength(String piece) {
    var text = ParserScaling.repeatToSize(piece, 100_000);

    assertThat(ParserScaling.allocatedBytes(text) / text.length()).isLessThan(700);
  }

  static Stream<String> nastiest() {
    return ParserScaling.texts().values().stream();
  }
}
