package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "a1".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "ruby,                              docker.io/library/ruby:latest",
    "ruby:2.7,                          docker.io/library/ruby:2.7",
    "docker.io/ruby:2.7,                docker.io/library/ruby:2.7",
    "index.docker.io/library/ruby:2.7,  docker.io/library/ruby:2.7",
    "registry-1.docker.io/ruby,         docker.io/library/ruby:latest",
    "registry.hub.docker.com/bitnami/x, docker.io/bitnami/x:latest",
    "cypress/included:13.6.0,           docker.io/cypress/included:13.6.0",
    "quay.io/prometheus/node-exporter,  quay.io/prometheus/node-exporter:latest",
    "localhost:5000/app:1,              localhost:5000/app:1",
    "ACCOUNT.dkr.ecr.REGION.amazonaws.com/app:1, ACCOUNT.dkr.ecr.REGION.amazonaws.com/app:1",
  })
  void parsesNamesLikeDocker(String text, String expanded) {
    assertThat(ImageReference.of(text)).hasToString(expanded);
  }

  @Test
  void keepsTagAndDigestTogether() {
    var reference = ImageReference.of("ruby:2.7@" + DIGEST);

    assertThat(reference).hasToString("docker.io/library/ruby:2.7@" + DIGEST);
    assertThat(reference.identifier()).isEqualTo(DIGEST);
    assertThat(reference.familiarString()).isEqualTo("ruby:2.7@" + DIGEST);
  }

  @Test
  void hasNoTagIfOnlyDigestIsGiven() {
    assertThat(ImageReference.of("ruby@" + DIGEST).tag()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ruby:2.7\n",
        "ruby 2.7",
        "Ruby",
        "ruby:",
        "ruby@sha256:12",
        "https://docker.io/x",
        "a//b",
        "-ruby",
        "ruby:2.7;rm -rf /",
        "$(id)",
        "ruby:`id`",
        "\u202eruby",
        "ruby@md5:aa",
        "ruby:'x'",
        "<none>:<none>",
        "***/app",
        "a/../b"
      })
  void rejectsInvalidReferences(String text) {
    assertThat(ImageReference.parse(text)).isEmpty();
  }

  @Test
  void rejectsOverlongNamesInConstantTime() {
    assertThat(ImageReference.parse("a/".repeat(500_000) + "a")).isEmpty();
    assertThat(ImageReference.parse("a".repeat(256))).isEmpty();
    assertThat(ImageReference.parse("a".repeat(200))).isPresent();
  }

  @Test
  void explainsReferenceFormatInError() {
    assertThatThrownBy(() -> ImageReference.of("ruby: 2.7\u001b[31m"))
        .hasMessageContaining("registry/repository:tag")
        .hasMessageContaining("'ruby: 2.7\uFFFD[31m'");
  }

  @Test
  void printsFamiliarNames() {
    assertThat(ImageReference.of("docker.io/library/ruby:2.7").familiarString())
        .isEqualTo("ruby:2.7");
    assertThat(ImageReference.of("bitnami/redis").familiarString())
        .isEqualTo("bitnami/redis:latest");
    assertThat(ImageReference.of("quay.io/a/b:1").familiarString()).isEqualTo("quay.io/a/b:1");
  }

  @Test
  void keepsTagWhenPinnedToDigest() {
    var digest = Digest.parse(DIGEST).orElseThrow();

    assertThat(ImageReference.of("quay.io/a/b:1").withDigest(digest))
        .hasToString("quay.io/a/b:1@" + DIGEST);
    assertThat(ImageReference.of("quay.io/a/b:1").byDigest(digest))
        .hasToString("quay.io/a/b@" + DIGEST);
  }

  @Test
  void usesTagAsIdentifierWithoutDigest() {
    assertThat(ImageReference.of("ruby:2.7").identifier()).isEqualTo("2.7");
  }

  @Test
  void recognizesDockerOfficialImages() {
    assertThat(ImageReference.of("ruby").isDockerOfficial()).isTrue();
    assertThat(ImageReference.of("bitnami/redis").isDockerOfficial()).isFalse();
    assertThat(ImageReference.of("quay.io/library/ruby").isDockerOfficial()).isFalse();
  }
}
