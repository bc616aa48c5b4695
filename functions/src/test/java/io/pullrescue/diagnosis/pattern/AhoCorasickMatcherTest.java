package io.pullrescue.diagnosis.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AhoCorasickMatcherTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"image", "an image.", "(image)", "image:", "image_1", "image-1", "é image"})
  void findsWholeWord(String text) {
    assertThat(find(text, "image")).containsExactly("image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "images",
        "image2",
        "myimage",
        "9image",
        "my-image",
        "my_image",
        "imag",
        "imagf"
      })
  void ignoresPartOfLongerWord(String text) {
    assertThat(find(text, "image")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "images", "image2"})
  void findsWordPrefixForTrailingStar(String text) {
    assertThat(find(text, "image*")).containsExactly("image*");
  }

  @Test
  void findsLongPhraseInsideLongerWord() {
    assertThat(find("does not exist locallyand", "does not exist locally"))
        .containsExactly("does not exist locally");
    assertThat(find("no basic auth credit", "no basic auth credi")).isEmpty();
    assertThat(find("no basic auth credits", "no basic auth credit"))
        .containsExactly("no basic auth credit");
  }

  @Test
  void findsPhraseStartingWithPunctuationInsideWord() {
    assertThat(find("ruby:2.7: not found", ": not found")).containsExactly(": not found");
  }

  @Test
  void findsNestedAndOverlappingPhrases() {
    assertThat(find("failed to pull image not found", "to pull image", "image", "image not found"))
        .containsExactly("to pull image", "image", "image not found");
  }

  @Test
  void reportsPhrasePositions() {
    var matcher = new AhoCorasickMatcher<>(List.of(Map.entry("eof", 1)));

    assertThat(matcher.find("eof, eof"))
        .extracting(AhoCorasickMatcher.Match::start, AhoCorasickMatcher.Match::end)
        .containsExactly(tuple(0, 3), tuple(5, 8));
  }

  @Property(tries = 300)
  void findsEveryOccurrenceInHostileText(@ForAll("logs") String log) {
    var matcher =
        new AhoCorasickMatcher<>(List.of(Map.entry(": not*", 1), Map.entry("ot found*", 2)));

    assertThat(matcher.find(log))
        .filteredOn(match -> match.value() == 1)
        .extracting(AhoCorasickMatcher.Match::start)
        .isEqualTo(starts(log, ": not"));
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

  private static List<String> find(String text, String... phrases) {
    var entries = Arrays.stream(phrases).map(phrase -> Map.entry(phrase, phrase)).toList();
    return new AhoCorasickMatcher<>(entries)
        .find(text).stream().map(AhoCorasickMatcher.Match::value).toList();
  }
}
