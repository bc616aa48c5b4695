package io.pullrescue.diagnosis.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private static List<String> find(String text, String... phrases) {
    var entries = Arrays.stream(phrases).map(phrase -> Map.entry(phrase, phrase)).toList();
    return new AhoCorasickMatcher<>(entries)
        .find(text).stream().map(AhoCorasickMatcher.Match::value).toList();
  }
}
