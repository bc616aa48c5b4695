package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PhraseFinderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"image", "an image.", "(image)", "image:", "image_1", "image-1", "é image"})
  void findsAWordThatStandsAlone(String text) {
    assertThat(found(text, "image")).containsExactly("image");
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
  void findsNoPartOfAnotherWord(String text) {
    assertThat(found(text, "image")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "images", "image2"})
  void findsTheBeginningOfAWordWhereAStarSaysSo(String text) {
    assertThat(found(text, "image*")).containsExactly("image*");
  }

  @Test
  void findsALongPhraseEvenWhereTheNextWordRunsIntoIt() {
    assertThat(found("does not exist locallyand", "does not exist locally"))
        .containsExactly("does not exist locally");
    assertThat(found("no basic auth credit", "no basic auth credi")).isEmpty();
    assertThat(found("no basic auth credits", "no basic auth credit"))
        .containsExactly("no basic auth credit");
  }

  @Test
  void findsAPhraseThatBeginsWithAMarkInsideAWord() {
    assertThat(found("ruby:2.7: not found", ": not found")).containsExactly(": not found");
  }

  @Test
  void findsPhrasesInsideAndAcrossEachOther() {
    assertThat(found("failed to pull image not found", "to pull image", "image", "image not found"))
        .containsExactly("to pull image", "image", "image not found");
  }

  @Test
  void tellsWhereAPhraseStands() {
    var finder = new PhraseFinder<>(List.of(Map.entry("eof", 1)));

    assertThat(finder.find("eof, eof"))
        .extracting(PhraseFinder.Hit::start, PhraseFinder.Hit::end)
        .containsExactly(tuple(0, 3), tuple(5, 8));
  }

  private static List<String> found(String text, String... phrases) {
    var entries = Arrays.stream(phrases).map(phrase -> Map.entry(phrase, phrase)).toList();
    return new PhraseFinder<>(entries).find(text).stream().map(PhraseFinder.Hit::meaning).toList();
  }
}
