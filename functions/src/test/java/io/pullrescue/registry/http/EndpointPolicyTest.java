package io.pullrescue.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.registry.auth.AuthChallenge;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPolicyTest {
  private final EndpointPolicy policy = EndpointPolicy.publicOnly("mirror.example.com");

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, PUBLIC",
    "192.0.0.9, PUBLIC",
    "192.0.0.10, PUBLIC",
    "192.31.196.10, PUBLIC",
    "192.52.193.1, PUBLIC",
    "192.175.48.1, PUBLIC",
    "192.0.1.1, PUBLIC",
    "192.0.3.1, PUBLIC",
    "192.88.98.1, PUBLIC",
    "198.17.255.255, PUBLIC",
    "198.20.0.0, PUBLIC",
    "198.51.99.1, PUBLIC",
    "198.51.101.1, PUBLIC",
    "203.0.112.1, PUBLIC",
    "203.0.114.1, PUBLIC",
    "223.255.255.255, PUBLIC",
    "2001:1::1, PUBLIC",
    "2001:1::2, PUBLIC",
    "2001:1::3, PUBLIC",
    "2001:3::1, PUBLIC",
    "2001:4:112::1, PUBLIC",
    "2001:20::1, PUBLIC",
    "2001:30::1, PUBLIC",
    "2001:200::1, PUBLIC",
    "2001:4860:4860::8888, PUBLIC",
    "2600:1f18::1, PUBLIC",
    "2620:4f:8000::1, PUBLIC",
    "2a06:98c1::1, PUBLIC",
    "3ffe::1, PUBLIC",
    "2002:101:101::1, PUBLIC",
    "2606:4700::5efe:101:101, PUBLIC",
    "::ffff:1.1.1.1, PUBLIC",
    "::ffff:0:1.1.1.1, PUBLIC",
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
    "2606:4700::5efe:10.0.0.1, PRIVATE",
    "2606:4700::200:5efe:10.0.0.1, PRIVATE",
    "::ffff:0:10.0.0.1, PRIVATE",
    "192.0.0.1, NON_ROUTABLE",
    "192.0.0.170, NON_ROUTABLE",
    "192.0.2.1, NON_ROUTABLE",
    "192.88.99.1, NON_ROUTABLE",
    "198.18.0.1, NON_ROUTABLE",
    "198.19.255.255, NON_ROUTABLE",
    "198.51.100.10, NON_ROUTABLE",
    "203.0.113.1, NON_ROUTABLE",
    "239.255.255.255, NON_ROUTABLE",
    "::8.8.8.8, NON_ROUTABLE",
    "::ffff:0:127.0.0.1, NON_ROUTABLE",
    "64:ff9b::127.0.0.1, NON_ROUTABLE",
    "64:ff9b:1::1.1.1.1, NON_ROUTABLE",
    "64:ff9b:2::1, NON_ROUTABLE",
    "100::1, NON_ROUTABLE",
    "100:0:0:1::1, NON_ROUTABLE",
    "2001::1, NON_ROUTABLE",
    "2001:0:4136:e378:8000:63bf:80ff:fffe, NON_ROUTABLE",
    "2001:2::1, NON_ROUTABLE",
    "2001:10::1, NON_ROUTABLE",
    "2001:1ff::1, NON_ROUTABLE",
    "2001:db8::1, NON_ROUTABLE",
    "2002:a9fe:a9fe::1, NON_ROUTABLE",
    "2606:4700::5efe:169.254.169.254, NON_ROUTABLE",
    "fe80::5efe:1.1.1.1, NON_ROUTABLE",
    "3fff::1, NON_ROUTABLE",
    "3fff:fff::1, NON_ROUTABLE",
    "4000::1, NON_ROUTABLE",
    "5f00::1, NON_ROUTABLE",
    "fe00::1, NON_ROUTABLE",
    "127.0.0.1, NON_ROUTABLE",
    "127.1.2.3, NON_ROUTABLE",
    "0.0.0.0, NON_ROUTABLE",
    "0.1.2.3, NON_ROUTABLE",
    "169.254.169.254, NON_ROUTABLE",
    "224.0.0.1, NON_ROUTABLE",
    "255.255.255.255, NON_ROUTABLE",
    "240.0.0.1, NON_ROUTABLE",
    "::1, NON_ROUTABLE",
    "::, NON_ROUTABLE",
    "fe80::1, NON_ROUTABLE",
    "fec0::1, NON_ROUTABLE",
    "ff02::1, NON_ROUTABLE",
    "::ffff:127.0.0.1, NON_ROUTABLE",
    "::ffff:10.0.0.1, PRIVATE",
    "::ffff:169.254.169.254, NON_ROUTABLE",
    "::127.0.0.1, NON_ROUTABLE",
    "64:ff9b::a9fe:a9fe, NON_ROUTABLE",
    "2002:7f00:1::, NON_ROUTABLE",
  })
  void classifiesAddresses(String address, EndpointPolicy.AddressScope scope)
      throws UnknownHostException {
    assertThat(EndpointPolicy.AddressScope.of(InetAddress.getByName(address))).isEqualTo(scope);
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
  void rejectsUrlsThatAreNotHttpsWithHostName(String address) {
    assertThatThrownBy(() -> policy.requireAllowed(URI.create(address)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("refusing to connect to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://quay.io/v2/", "https://a1.example.com:443/", "https://face.be/"})
  void allowsPublicRegistries(String address) {
    assertThat(policy.requireAllowed(URI.create(address))).isEqualTo(URI.create(address));
  }

  @Test
  void resolvesDockerHubApiHost() {
    assertThat(policy.endpoint("docker.io")).hasHost("registry-1.docker.io");
    assertThat(policy.endpoint("quay.io")).hasHost("quay.io");
  }

  @Test
  void rejectsNamesThatResolveToLoopback() {
    assertThatThrownBy(() ->
            new EndpointPolicy.GuardedDnsResolver(Set.of("localhost"), Set.of())
                .resolve("localhost"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("not public");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "192.168.1.1", "100.64.1.1", "fd00:ec2::1"})
  void allowsPrivateAddressOnlyForMirror(String address) throws UnknownHostException {
    var mirrorResolver = EndpointPolicy.publicOnly(address).dnsResolver();
    var otherResolver = policy.dnsResolver();

    assertThat(mirrorResolver.resolve(address)).containsExactly(InetAddress.getByName(address));
    assertThatThrownBy(() -> otherResolver.resolve(address)).hasMessageContaining("not public");
  }

  @Test
  void rejectsMetadataServiceAsMirror() {
    var resolver = EndpointPolicy.publicOnly("169.254.169.254").dnsResolver();

    assertThatThrownBy(() -> resolver.resolve("169.254.169.254"))
        .hasMessageContaining("not public");
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
  void sendsCredentialsOnlyToTrustedRealm(String host, String realm, boolean trusted) {
    var registry = URI.create("https://" + host);
    var challenge = new AuthChallenge("bearer", Map.of("realm", realm));
    if (trusted) {
      assertThat(challenge.trustedRealm(registry)).isEqualTo(URI.create(realm));
    } else {
      assertThatThrownBy(() -> challenge.trustedRealm(registry))
          .isInstanceOf(RegistryException.class);
    }
  }
}
