package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageOccurrenceTest {
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final String BUILDKIT =
      """
      #2 [internal] load metadata for docker.io/library/ruby:2.7
      #2 ERROR: toomanyrequests
      ------
      docker/Dockerfile.web:3
      --------------------
         1 |     # syntax
         2 |     ARG X=1
         3 | >>> FROM --platform=linux/amd64 ruby:2.7 AS base
         4 |     RUN ruby --version
      --------------------
      ERROR: failed to solve: ruby:2.7: 429 Too Many Requests
      """;

  @Test
  void findsLineThatBuildKitQuotes() {
    assertThat(find(BUILDKIT, RUBY))
        .containsExactly(
            new ImageOccurrence(
                RUBY, "docker/Dockerfile.web", 3, "FROM --platform=linux/amd64 ruby:2.7 AS base"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Step 1/2 : FROM ruby:2.7 | Dockerfile | FROM ruby:2.7 | FROM new:1
          Step 1/2 : FROM docker.io/library/ruby:2.7 AS b | Dockerfile | FROM docker.io/library/ruby:2.7 AS b | FROM new:1 AS b
          Step 1/3 : ARG BASE=ruby:2.7 | Dockerfile | ARG BASE=ruby:2.7 | ARG BASE=new:1
          Step 4/5 : COPY --from=library/ruby:2.7 /a /b | Dockerfile | COPY --from=library/ruby:2.7 /a /b | COPY --from=new:1 /a /b
          [Container] 2026/06/15 10:31:03.000001 Running command docker pull ruby:2.7 | buildspec | ruby:2.7 | new:1
          Running command docker run --rm "ruby:2.7" ruby -v | buildspec | ruby:2.7 | new:1
          """)
  void findsInstructionsAndCommands(String line, String file, String text, String changed) {
    assertThat(find(line, RUBY))
        .singleElement()
        .satisfies(occurrence -> {
          assertThat(occurrence.file()).isEqualTo(file);
          assertThat(occurrence.text()).isEqualTo(text);
          assertThat(occurrence.withReference("new:1")).isEqualTo(changed);
        });
  }

  @Test
  void findsImageWithoutTag() {
    assertThat(find("Step 1/2 : FROM ruby", ImageReference.of("ruby")))
        .singleElement()
        .satisfies(
            occurrence -> assertThat(occurrence.withReference("new:1")).isEqualTo("FROM new:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Step 1/2 : FROM ruby:2.7.1",
        "Step 1/2 : FROM acme/ruby:2.7",
        "Step 1/2 : FROM ruby:2.7-slim",
        "Step 1/2 : FROM ${BASE}",
        "FROM ruby:2.7",
        "I would write FROM ruby:2.7 there",
        "Running command make"
      })
  void ignoresOtherLines(String line) {
    assertThat(find(line, RUBY)).isEmpty();
  }

  @Test
  void showsLineOnce() {
    assertThat(find("Step 1/2 : FROM ruby:2.7\n".repeat(1000) + "   7 | >>> FROM ruby:2.7", RUBY))
        .containsExactly(new ImageOccurrence(RUBY, "Dockerfile", 7, "FROM ruby:2.7"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Running command docker run -e DB_PW=hunter2 ruby:2.7",
        "Running command ./deploy hunter2 ruby:2.7",
        "   7 | >>> RUN ./deploy hunter2 ruby:2.7"
      })
  void quotesOnlyReferenceOfCommand(String line) {
    assertThat(find(line, RUBY))
        .singleElement()
        .extracting(ImageOccurrence::text)
        .isEqualTo("ruby:2.7");
  }

  @Test
  void hidesSecretsAndControlCharacters() {
    assertThat(find("Step 1/3 : ARG PASSWORD=hunter2 BASE=ruby:2.7 \u202e\u001b[31m", RUBY))
        .singleElement()
        .extracting(ImageOccurrence::text)
        .asString()
        .doesNotContain("hunter2", "\u202e", "\u001b")
        .contains("ruby:2.7");
  }

  @Test
  void putsReferenceInLiterally() {
    assertThat(find("Step 1/2 : FROM ruby:2.7", RUBY).getFirst().withReference("$1\\"))
        .isEqualTo("FROM $1\\");
  }

  private static List<ImageOccurrence> find(String log, ImageReference image) {
    return ImageOccurrence.find(
        List.of(new LogExcerpt(TextSource.FAILING_COMMAND, log)), List.of(image));
  }
}
