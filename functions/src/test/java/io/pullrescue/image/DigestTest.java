package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class DigestTest {
  @Test
  void computesSha256OfBytes() {
    // printf abc | sha256sum
    assertThat(Digest.of("abc".getBytes(StandardCharsets.UTF_8)))
        .hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void rejectsOtherAlgorithmsAndLengths() {
    assertThat(Digest.parse("sha512:" + "a".repeat(128))).isEmpty();
    assertThat(Digest.parse("sha256:abc")).isEmpty();
    assertThatThrownBy(() -> new Digest("sha256:ABC")).hasMessageContaining("not a sha256 digest");
  }

  @Test
  void printsShortForm() {
    assertThat(Digest.parse("sha256:" + "0a".repeat(32)).orElseThrow().shortForm())
        .isEqualTo("sha256:0a0a0a0a0a0a");
  }
}
