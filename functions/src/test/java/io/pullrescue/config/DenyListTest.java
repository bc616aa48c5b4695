package io.pullrescue.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DenyListTest {
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final MirrorNaming MIRROR =
      new MirrorNaming(
          REGISTRY,
          Map.of("docker.io", "docker-hub"),
          new DenyList(List.of("docker.io/acme/*", "docker.io/library/c+.", "*/secret")));

  @ParameterizedTest
  @CsvSource({
    "acme/app:1, docker.io/acme/*",
    "docker.io/acme/deep/app@sha256:0123456789012345678901234567890123456789012345678901234567890123, docker.io/acme/*",
    "beta/secret, */secret",
  })
  void rejectsDeniedImageAndNamesPattern(String name, String pattern) {
    var image = image(name);

    assertThat(MIRROR.mirrorReference(image)).isEmpty();
    assertThat(MIRROR.rejectionReason(image))
        .isEqualTo("`deniedImages` denies it (" + pattern + ")");
  }

  @ParameterizedTest
  @CsvSource({"ruby:2.7", "acmeapp/x", "library/ccc", "beta/secrets"})
  void allowsImagesThatMatchNoPattern(String name) {
    assertThat(MIRROR.mirrorReference(image(name))).isPresent();
  }

  @Test
  void rejectsDeniedImageByMirrorName() {
    assertThat(MIRROR.upstreamReference(image(REGISTRY + "/docker-hub/acme/app:1"))).isEmpty();
    assertThat(MIRROR.upstreamReference(image(REGISTRY + "/docker-hub/beta/app:1"))).isPresent();
  }

  @Test
  void reportsOtherRejectionReasons() {
    assertThat(MIRROR.rejectionReason(image("quay.io/app")))
        .isEqualTo("its registry is not an allowed upstream (`upstreams`: docker.io)");
    assertThat(MIRROR.rejectionReason(image("a".repeat(120) + "/" + "b".repeat(130))))
        .isEqualTo("its name is too long for the mirror");
  }

  private static ImageReference image(String text) {
    return ImageReference.parse(text).orElseThrow();
  }
}
