package io.pullrescue.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.image.Digest;
import java.io.IOException;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorrettoCryptoInstallerTest {
  @AfterEach
  void removeProvider() {
    Security.removeProvider("AmazonCorrettoCryptoProvider");
  }

  @Test
  void installsCorrettoCryptoProvider() {
    var provider = CorrettoCryptoInstaller.install();

    assertThat(provider).startsWith("AmazonCorrettoCryptoProvider 2.5.0");
    assertThat(Digest.newSha256().getProvider().getName())
        .isEqualTo("AmazonCorrettoCryptoProvider");
    assertThat(Digest.of(new byte[0]).shortForm()).isEqualTo("sha256:e3b0c44298fc");
  }

  @Test
  void bundlesLibraryForArm64() throws IOException {
    assertThat(
            CorrettoCryptoInstaller.classLoader("aarch64")
                .getResource(
                    "com/amazon/corretto/crypto/provider/libamazonCorrettoCryptoProvider.so"))
        .isNotNull();
  }

  @Test
  void bundlesUnsignedJars() throws IOException {
    for (var architecture : List.of("amd64", "aarch64")) {
      assertThat(
              CorrettoCryptoInstaller.classLoader(architecture).getResource("META-INF/PROVIDER.SF"))
          .isNull();
    }
  }

  @Test
  void reportsUnsupportedArchitecture() {
    assertThatThrownBy(() -> CorrettoCryptoInstaller.classLoader("sparc"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sparc");
  }
}
