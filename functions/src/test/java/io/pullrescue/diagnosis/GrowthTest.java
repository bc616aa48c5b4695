package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading takes work in proportion to the text, whoever wrote it. */
final class GrowthTest {
  @ParameterizedTest
  @MethodSource("nastiest")
  void eightTimesTheTextIsNotMuchMoreThanEightTimesTheWork(String piece) {
    Growth.work(Growth.text(piece, 20_000));
    var small = Growth.work(Growth.text(piece, 20_000));
    var large = Growth.work(Growth.text(piece, 160_000));

    // Were it quadratic, it would be 64 times the work.
    assertThat(large / (double) small).isLessThan(24);
  }

  @ParameterizedTest
  @MethodSource("nastiest")
  void aLineEightTimesAsLongIsNotMuchMoreThanEightTimesTheWork(String piece) {
    var line = piece.replace('\n', ' ');
    var small = Growth.work(Growth.lines(Growth.text(line, 1_000), 80));
    var large = Growth.work(Growth.lines(Growth.text(line, 8_000), 10));

    // The text is as long; were a line quadratic, it would be eight times the work.
    assertThat(large / (double) small).isLessThan(4);
  }

  @ParameterizedTest
  @MethodSource("nastiest")
  void aCharacterIsNotMultiplied(String piece) {
    var text = Growth.text(piece, 100_000);

    assertThat(Growth.allocation(text) / text.length()).isLessThan(700);
  }

  static Stream<String> nastiest() {
    return Growth.texts().values().stream();
  }
}
