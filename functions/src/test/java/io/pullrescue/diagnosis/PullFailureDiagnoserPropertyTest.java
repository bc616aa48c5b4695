package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.log.LogLineReader;
import io.pullrescue.diagnosis.pattern.HostileTexts;
import io.pullrescue.diagnosis.tools.ParserScaling;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Diagnoses hostile texts. */
final class PullFailureDiagnoserPropertyTest {
  @Property(tries = 1000)
  void diagnosesAnyTextWithoutError(@ForAll("texts") String text) {
    Invariants.check(text);
  }

  @Example
  void diagnosesRepeatedPhrasesWithoutError() {
    HostileTexts.phrases().forEach(phrase -> Invariants.check(phrase.repeat(500)));
  }

  @Example
  void diagnosesOneMegabyteLinesWithoutError() {
    ParserScaling.slowestPieces()
        .forEach(piece -> MessageCorpus.diagnose(ParserScaling.repeatToSize(piece, 1_000_000)));
  }

  @Property(tries = 300)
  void boundsJoinedLineLength(@ForAll("logs") String log) {
    List<LogLine> lines = new ArrayList<>();
    LineJoiner.join(log, lines::add);

    var maxLength = 2 * LogLineReader.MAX_LINE_LENGTH + 1;
    assertThat(lines).allMatch(line -> line.text().length() <= maxLength);
    assertThat(lines.stream().mapToLong(line -> line.text().length()).sum())
        .isLessThanOrEqualTo(2L * log.length());
  }

  @Example
  void diagnosesTextWithTenMegabyteLine() {
    var log = "docker pull a/b:1 " + "x".repeat(10_000_000) + "\ntoomanyrequests: y";

    assertThat(MessageCorpus.images(MessageCorpus.diagnose(log)))
        .containsExactly("docker.io/a/b:1");
  }

  @Provide
  Arbitrary<String> texts() {
    return HostileTexts.all();
  }

  @Provide
  Arbitrary<String> logs() {
    return HostileTexts.logs();
  }
}
