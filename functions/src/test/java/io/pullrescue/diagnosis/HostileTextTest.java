package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Logs that nobody would write by hand. */
final class HostileTextTest {
  @Property(tries = 1000)
  void isReadWithoutFaultWhateverItSays(@ForAll("texts") String text) {
    Promises.hold(text);
  }

  @Example
  void isReadWithoutFaultWhateverPhraseFillsIt() {
    HostileTexts.phrases().forEach(phrase -> Promises.hold(phrase.repeat(500)));
  }

  @Example
  void isReadWithoutFaultWhereOneLineIsAMegabyte() {
    Growth.nastiest().forEach(piece -> Messages.diagnose(Growth.text(piece, 1_000_000)));
  }

  @Property(tries = 300)
  void looksAtNoCharacterOftenerThanTwelveTimes(@ForAll("logs") String log) {
    List<Line> passages = new ArrayList<>();
    PassageReader.read(log, passages::add);

    var longest = 2 * LineReader.LONGEST + 1;
    assertThat(passages).allMatch(passage -> passage.text().length() <= longest);
    assertThat(passages.stream().mapToLong(passage -> passage.text().length()).sum())
        .isLessThanOrEqualTo(2L * log.length());
  }

  @Property(tries = 300)
  void findsThePhrasesThatAreThere(@ForAll("logs") String log) {
    var finder = new PhraseFinder<>(List.of(Map.entry(": not*", 1), Map.entry("ot found*", 2)));

    assertThat(finder.find(log))
        .filteredOn(hit -> hit.meaning() == 1)
        .extracting(PhraseFinder.Hit::start)
        .isEqualTo(starts(log, ": not"));
  }

  @Example
  void readsALineOfTenMegabytes() {
    var log = "docker pull a/b:1 " + "x".repeat(10_000_000) + "\ntoomanyrequests: y";

    assertThat(Messages.images(Messages.diagnose(log))).containsExactly("docker.io/a/b:1");
  }

  @Provide
  Arbitrary<String> texts() {
    return HostileTexts.all();
  }

  @Provide
  Arbitrary<String> logs() {
    return HostileTexts.logs();
  }

  private static List<Integer> starts(String text, String phrase) {
    List<Integer> starts = new ArrayList<>();
    for (var i = text.indexOf(phrase); i >= 0; i = text.indexOf(phrase, i + 1)) {
      starts.add(i);
    }
    return starts;
  }
}
