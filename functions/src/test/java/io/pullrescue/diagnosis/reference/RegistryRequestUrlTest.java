package io.pullrescue.diagnosis.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryRequestUrlTest {
  private static final String DIGEST = "sha256:" + "a1".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io/v2/library/ruby/manifests/2.7, docker.io/library/ruby:2.7",
    "Get \"https://quay.io/v2/a/b/manifests/1\": unauthorized, quay.io/a/b:1",
    "Head https://quay.io/v2/a/b/manifests/1: denied, quay.io/a/b:1",
    "https://quay.io/v2/a/b/manifests/1., quay.io/a/b:1",
    "https://quay.io/v2/a/b/manifests/1-, quay.io/a/b:1",
    "http://localhost:5000/v2/app/manifests/1, localhost:5000/app:1",
    "https://mirror.local/v2/a/b/manifests/1?ns=quay.io, quay.io/a/b:1",
    "https://mirror.local/v2/a/b/manifests/1?ns=quay.io: not found, quay.io/a/b:1",
    "https://mirror.local/v2/a/b/manifests/1?ns=localhost:5000, localhost:5000/a/b:1",
  })
  void parsesImageOfManifestRequest(String text, String image) {
    assertThat(url(text).image()).contains(ImageReference.of(image));
  }

  @Test
  void parsesDigest() {
    assertThat(url("https://quay.io/v2/a/b/manifests/" + DIGEST).image())
        .contains(ImageReference.of("quay.io/a/b@" + DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://quay.io/v2/a/b/blobs/sha256:1234",
        "https://quay.io/v2/a/b/manifests/",
        "https://quay.io/v2/a/b/manifests/sha256:12...",
        "https://quay.io/v2/a/b/manifests/sha256:12",
      })
  void parsesRepositoryWithoutManifestReference(String text) {
    assertThat(url(text).image()).isEmpty();
    assertThat(url(text))
        .returns("quay.io", RegistryRequestUrl::host)
        .returns("a/b", RegistryRequestUrl::repository);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://quay.io/v2/", "https://quay.io/v2/: EOF", "https://quay.io/v2/token?x"})
  void returnsNoNameForApiRoot(String text) {
    assertThat(url(text))
        .returns("quay.io", RegistryRequestUrl::host)
        .returns("", RegistryRequestUrl::repository)
        .returns(Optional.empty(), RegistryRequestUrl::image);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/library/ruby/manifests/2.7",
        "quay.io/v2/a/b/manifests/1",
        "https:///v2/a/b/manifests/1",
        "https://api.example.com/v2/users/1",
        "https://api.example.com/v2/manifests",
      })
  void ignoresOtherV2Urls(String text) {
    assertThat(RegistryRequestUrl.parseAround(text, text.indexOf(RegistryRequestUrl.API_PREFIX)))
        .isEmpty();
  }

  private static RegistryRequestUrl url(String text) {
    return RegistryRequestUrl.parseAround(text, text.indexOf(RegistryRequestUrl.API_PREFIX))
        .orElseThrow();
  }
}
