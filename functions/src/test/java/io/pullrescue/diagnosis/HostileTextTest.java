package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Logs that nobody would write by hand. */
final class HostileTextTest {
  private static final List<String> PIECES =
      List.of(
          "docker pull ",
          "docker run -it --name ",
          "FROM ",
          "Step 1/2 : FROM ",
          "ARG A=",
          "$A",
          "${A:-${A}}",
          "COPY --from=",
          "#3 ",
          "[internal] load metadata for ",
          "ERROR: ",
          "toomanyrequests: ",
          "manifest for ",
          " not found",
          ": not found",
          "pull access denied for ",
          "Failed to pull image \"",
          "\"",
          "'",
          "https://",
          "/v2/",
          "/manifests/",
          "sha256:",
          "latest: Pulling from ",
          "failed to solve: ",
          "Pulling a (",
          ")...",
          "\u001b[31m",
          "\u001b]",
          "\u202e",
          "\r",
          "\n",
          "\\\"",
          "\\n",
          "ruby:2.7",
          "a/b@sha256:",
          "0123456789abcdef",
          "<x>",
          "***",
          " ",
          "fromImage=",
          "&tag=",
          "---> ",
          "i/o timeout",
          "> [",
          "reading manifest ",
          " in ",
          "Successfully pulled image \"",
          "--build-arg A=",
          "CannotPullContainerError: ",
          "::",
          "@@",
          "//");

  @Property(tries = 2000)
  void neverThrowsAndNamesOnlyLegalImages(@ForAll("logs") String log) {
    var images = Messages.images(Messages.diagnose(log));

    assertThat(images).allMatch(image -> ImageReference.parse(image).isPresent());
  }

  @Property(tries = 500)
  void readsAnyText(@ForAll String text) {
    assertThat(Messages.diagnose("docker pull " + text + "\ntoomanyrequests: " + text)).isNotNull();
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
  void takesTimeInProportionToTheText() {
    for (var piece :
        List.of(
            "docker pull a ",
            "image ",
            "/v2/",
            "FROM a:1\n",
            "(((((",
            "repository a",
            "Failed to pull image \"a/b\": ",
            "#1 [internal] load metadata for docker.io/a/b:1\n")) {
      time(piece, 20_000);
      var small = time(piece, 100_000);
      var large = time(piece, 1_600_000);

      assertThat(large / (double) small).as("16 times '%s'", piece).isLessThan(80);
    }
  }

  @Example
  void readsALineOfTenMegabytes() {
    var log = "docker pull a/b:1 " + "x".repeat(10_000_000) + "\ntoomanyrequests: y";

    assertThat(Messages.images(Messages.diagnose(log))).containsExactly("docker.io/a/b:1");
  }

  @Provide
  Arbitrary<String> logs() {
    return Arbitraries.of(PIECES).list().ofMaxSize(120).map(pieces -> String.join("", pieces));
  }

  private static List<Integer> starts(String text, String phrase) {
    List<Integer> starts = new ArrayList<>();
    for (var i = text.indexOf(phrase); i >= 0; i = text.indexOf(phrase, i + 1)) {
      starts.add(i);
    }
    return starts;
  }

  /** The quickest of a few runs, in nanoseconds: what else runs on the machine only adds. */
  private static long time(String piece, int size) {
    var text = piece.repeat(size / piece.length());
    var best = Long.MAX_VALUE;
    for (var i = 0; i < 4; i++) {
      var start = System.nanoTime();
      Messages.diagnose(text);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
