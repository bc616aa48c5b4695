package io.pullrescue.diagnosis.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks by counted steps that the cost of a diagnosis is proportional to the length of a text. */
final class ParserScalingTest {
  private static final StepCounter COUNTER = new StepCounter();

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void stepsGrowLinearlyWithTextLength(String name, String piece) {
    var small = COUNTER.count(ParserScaling.repeatToSize(piece, 20_000));
    var large = COUNTER.count(ParserScaling.repeatToSize(piece, 160_000));

    // Eight times the text: 8 if the cost is linear, 64 if it is quadratic. Quoting the error costs
    // the same for both.
    assertThat(large / (double) small).isBetween(2.0, 12.0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void stepsGrowLinearlyWithLineLength(String name, String piece) {
    assertThat(COUNTER.lineGrowth(piece.replace('\n', ' '))).isLessThan(2);
  }

  static Stream<Arguments> texts() {
    return ParserScaling.texts().entrySet().stream()
        .map(text -> Arguments.of(text.getKey(), text.getValue()));
  }
}
