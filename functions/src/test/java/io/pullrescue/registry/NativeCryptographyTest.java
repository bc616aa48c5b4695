package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.image.Digest;
import java.io.IOException;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeCryptographyTest {
  @AfterEach
  void remove() {
    Security.removeProvider("AmazonCorrettoCryptoProvider");
  }

  @Test
  void hashesWithAmazonsLibraryFromThenOn() {
    var used = NativeCryptography.install();

    assertThat(used).startsWith("AmazonCorrettoCryptoProvider 2.5.0");
    assertThat(Digest.sha256().getProvider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
    assertThat(Digest.of(new byte[0]).brief()).isEqualTo("sha256:e3b0c44298fc");
  }

  @Test
  void carriesTheLibraryForLambdasOtherProcessor() throws IOException {
    assertThat(
            NativeCryptography.classes("aarch64")
                .getResource(
                    "com/amazon/corretto/crypto/provider/libamazonCorrettoCryptoProvider.so"))
        .isNotNull();
  }

  @Test
  void isNotCheckedAgainAtEveryStart() throws IOException {
    for (var processor : List.of("amd64", "aarch64")) {
      assertThat(NativeCryptography.classes(processor).getResource("META-INF/PROVIDER.SF"))
          .isNull();
    }
  }

  @Test
  void saysForWhichProcessorItHasNone() {
    assertThatThrownBy(() -> NativeCryptography.classes("sparc"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sparc");
  }
}
