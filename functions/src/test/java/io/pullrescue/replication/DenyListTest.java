package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DenyListTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final Mirror MIRROR =
      new Mirror(
          REGISTRY,
          Map.of("docker.io", "docker-hub"),
          new DenyList(List.of("docker.io/acme/*", "docker.io/library/c+.", "*/secret")));

  @ParameterizedTest
  @CsvSource({
    "acme/app:1, docker.io/acme/*",
    "docker.io/acme/deep/app@sha256:0123456789012345678901234567890123456789012345678901234567890123, docker.io/acme/*",
    "beta/secret, */secret",
  })
  void aDeniedImageHasNoCopyAndThePatternIsNamed(String denied, String pattern) {
    var image = image(denied);

    assertThat(MIRROR.copyOf(image)).isEmpty();
    assertThat(MIRROR.refusal(image))
        .isEqualTo("the settings deny it (deniedImages: " + pattern + ")");
  }

  @ParameterizedTest
  @CsvSource({"ruby:2.7", "acmeapp/x", "library/ccc", "beta/secrets"})
  void otherImagesAreCopied(String allowed) {
    assertThat(MIRROR.copyOf(image(allowed))).isPresent();
  }

  @Test
  void aDeniedImageIsNotCopiedUnderTheNameOfItsCopyEither() {
    assertThat(MIRROR.upstreamOf(image(REGISTRY + "/docker-hub/acme/app:1"))).isEmpty();
    assertThat(MIRROR.upstreamOf(image(REGISTRY + "/docker-hub/beta/app:1"))).isPresent();
  }

  @Test
  void whatIsRefusedForAnotherReasonIsToldSo() {
    assertThat(MIRROR.refusal(image("quay.io/app")))
        .isEqualTo("the registry is not an allowed upstream (allowed: docker.io)");
    assertThat(MIRROR.refusal(image("a".repeat(120) + "/" + "b".repeat(130))))
        .isEqualTo("its name is too long for the mirror");
  }

  private static ImageReference image(String text) {
    return ImageReference.parse(text).orElseThrow();
  }
}
