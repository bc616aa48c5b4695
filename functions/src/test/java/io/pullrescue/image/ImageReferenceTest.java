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
  void readsNamesAsDockerDoes(String text, String whole) {
    assertThat(ImageReference.of(text)).hasToString(whole);
  }

  @Test
  void keepsTagAndDigestTogether() {
    var reference = ImageReference.of("ruby:2.7@" + DIGEST);

    assertThat(reference).hasToString("docker.io/library/ruby:2.7@" + DIGEST);
    assertThat(reference.identifier()).isEqualTo(DIGEST);
    assertThat(reference.familiar()).isEqualTo("ruby:2.7@" + DIGEST);
  }

  @Test
  void aDigestAloneMeansNoTag() {
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
  void refusesWhatIsNoReference(String text) {
    assertThat(ImageReference.parse(text)).isEmpty();
  }

  @Test
  void refusesNamesBeyondTheLimitInTimeThatDoesNotGrowWithThem() {
    assertThat(ImageReference.parse("a/".repeat(500_000) + "a")).isEmpty();
    assertThat(ImageReference.parse("a".repeat(256))).isEmpty();
    assertThat(ImageReference.parse("a".repeat(200))).isPresent();
  }

  @Test
  void saysWhatAReferenceLooksLike() {
    assertThatThrownBy(() -> ImageReference.of("ruby: 2.7\u001b[31m"))
        .hasMessageContaining("registry/repository:tag")
        .hasMessageContaining("'ruby: 2.7\uFFFD[31m'");
  }

  @Test
  void printsShortNamesAsPeopleTypeThem() {
    assertThat(ImageReference.of("docker.io/library/ruby:2.7").familiar()).isEqualTo("ruby:2.7");
    assertThat(ImageReference.of("bitnami/redis").familiar()).isEqualTo("bitnami/redis:latest");
    assertThat(ImageReference.of("quay.io/a/b:1").familiar()).isEqualTo("quay.io/a/b:1");
  }

  @Test
  void isPinnedToADigestWithItsTagAsARemark() {
    var digest = Digest.parse(DIGEST).orElseThrow();

    assertThat(ImageReference.of("quay.io/a/b:1").withDigest(digest))
        .hasToString("quay.io/a/b:1@" + DIGEST);
    assertThat(ImageReference.of("quay.io/a/b:1").byDigest(digest))
        .hasToString("quay.io/a/b@" + DIGEST);
  }

  @Test
  void asksForTheTagWhereThereIsNoDigest() {
    assertThat(ImageReference.of("ruby:2.7").identifier()).isEqualTo("2.7");
  }

  @Test
  void knowsOfficialImages() {
    assertThat(ImageReference.of("ruby").isDockerOfficial()).isTrue();
    assertThat(ImageReference.of("bitnami/redis").isDockerOfficial()).isFalse();
    assertThat(ImageReference.of("quay.io/library/ruby").isDockerOfficial()).isFalse();
  }
}
