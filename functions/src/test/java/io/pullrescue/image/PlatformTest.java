package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
  @ParameterizedTest
  @ValueSource(strings = {"linux/amd64", "linux/arm64/v8", "windows/amd64", "linux/386"})
  void roundTripsThroughText(String text) {
    assertThat(Platform.parse(text).orElseThrow()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linux", "linux/", "/amd64", "Linux/amd64", "linux/arm/v7/x", "a b/c"})
  void rejectsInvalidText(String text) {
    assertThat(Platform.parse(text)).isEmpty();
  }

  @ParameterizedTest(name = "{0} covers {1}: {2}")
  @CsvSource({
    "linux/arm64,    linux/arm64,    true",
    "linux/arm64,    linux/arm64/v8, true",
    "linux/arm64/v8, linux/arm64/v8, true",
    "linux/arm64/v8, linux/arm64,    false",
    "linux/arm/v7,   linux/arm/v6,   false",
    "linux/amd64,    linux/arm64,    false",
    "linux/amd64,    windows/amd64,  false",
  })
  void matchesAnyVariantIfNoneIsGiven(String requested, String offered, boolean matched) {
    assertThat(platform(requested).matches(platform(offered))).isEqualTo(matched);
  }

  @Test
  void parsesParts() {
    assertThat(platform("linux/arm/v7"))
        .returns("linux", Platform::os)
        .returns("arm", Platform::architecture)
        .returns("v7", Platform::variant);
  }

  private static Platform platform(String text) {
    return Platform.parse(text).orElseThrow();
  }
}
