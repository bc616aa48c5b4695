package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.replication.RegistryRefused;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  private final Network network = Network.guarded("mirror.example.com");

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, PUBLIC",
    "198.51.100.10, PUBLIC",
    "2606:4700::1111, PUBLIC",
    "100.63.0.1, PUBLIC",
    "100.128.0.1, PUBLIC",
    "172.32.0.1, PUBLIC",
    "64:ff9b::101:101, PUBLIC",
    "10.0.0.1, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "192.168.1.1, PRIVATE",
    "100.64.0.1, PRIVATE",
    "100.127.255.255, PRIVATE",
    "fd00:ec2::254, PRIVATE",
    "fc00::1, PRIVATE",
    "64:ff9b::a00:1, PRIVATE",
    "2002:c0a8:101::1, PRIVATE",
    "127.0.0.1, NEVER",
    "127.1.2.3, NEVER",
    "0.0.0.0, NEVER",
    "0.1.2.3, NEVER",
    "169.254.169.254, NEVER",
    "224.0.0.1, NEVER",
    "255.255.255.255, NEVER",
    "240.0.0.1, NEVER",
    "::1, NEVER",
    "::, NEVER",
    "fe80::1, NEVER",
    "fec0::1, NEVER",
    "ff02::1, NEVER",
    "::ffff:127.0.0.1, NEVER",
    "::ffff:10.0.0.1, PRIVATE",
    "::ffff:169.254.169.254, NEVER",
    "::127.0.0.1, NEVER",
    "64:ff9b::a9fe:a9fe, NEVER",
    "2002:7f00:1::, NEVER",
  })
  void knowsHowFarAnAddressReaches(String address, Reach reach) throws UnknownHostException {
    assertThat(Reach.of(InetAddress.getByName(address))).isEqualTo(reach);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://registry-1.docker.io/",
        "https://registry-1.docker.io:8443/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://user:password@quay.io/",
        "ftp://quay.io/",
        "file:///etc/passwd",
        "//quay.io/",
        "https:///v2",
        "https://169.254.169.254/latest",
      })
  void speaksHttpsToNamesAlone(String address) {
    assertThatThrownBy(() -> network.checked(URI.create(address)))
        .isInstanceOf(RegistryRefused.class)
        .hasMessageContaining("not speaking to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://quay.io/v2/", "https://a1.example.com:443/", "https://face.be/"})
  void speaksToRegistriesOnTheInternet(String address) {
    assertThat(network.checked(URI.create(address))).isEqualTo(URI.create(address));
  }

  @Test
  void knowsWhereDockerHubReallyIs() {
    assertThat(network.endpoint("docker.io")).hasHost("registry-1.docker.io");
    assertThat(network.endpoint("quay.io")).hasHost("quay.io");
  }

  @Test
  void doesNotConnectToANameThatStandsForThisMachine() {
    assertThatThrownBy(() -> new AddressGuard(Set.of("localhost"), Set.of()).resolve("localhost"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("not public");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "192.168.1.1", "100.64.1.1", "fd00:ec2::1"})
  void theMirrorAloneMayHaveThePrivateAddressOfAnEndpoint(String address)
      throws UnknownHostException {
    var ofMirror = Network.guarded(address).addressGuard();
    var ofAnother = network.addressGuard();

    assertThat(ofMirror.resolve(address)).containsExactly(InetAddress.getByName(address));
    assertThatThrownBy(() -> ofAnother.resolve(address)).hasMessageContaining("not public");
  }

  @Test
  void theMirrorItselfIsNeverTheMetadataService() {
    var guard = Network.guarded("169.254.169.254").addressGuard();

    assertThatThrownBy(() -> guard.resolve("169.254.169.254")).hasMessageContaining("not public");
  }

  @ParameterizedTest
  @CsvSource({
    "registry-1.docker.io, https://auth.docker.io/token, true",
    "registry.gitlab.com, https://gitlab.com/jwt/auth, true",
    "ghcr.io, https://ghcr.io/token, true",
    "quay.io, https://auth.quay.io/v2/auth, true",
    "registry-1.docker.io, https://auth.docker.io.evil.com/token, false",
    "registry-1.docker.io, https://evil.com/auth.docker.io, false",
    "registry.example.co.uk, https://evil.co.uk/token, false",
    "quay.io, not an address, false",
    "quay.io, token, false",
  })
  void bringsPasswordsToTheRegistrysOwnRealmAlone(String host, String realm, boolean own) {
    var registry = URI.create("https://" + host);
    if (own) {
      assertThat(Realms.checked(registry, realm)).isEqualTo(URI.create(realm));
    } else {
      assertThatThrownBy(() -> Realms.checked(registry, realm)).isInstanceOf(RegistryRefused.class);
    }
  }
}
