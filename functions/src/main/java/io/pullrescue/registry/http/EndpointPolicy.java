package io.pullrescue.registry.http;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * Decides which hosts this process may connect to, and protects against server-side request
 * forgery.
 *
 * <p>Registries, redirects, token realms and upload locations name hosts. Each of them is checked
 * before a byte is sent, and its addresses are checked again by {@link GuardedDnsResolver} when the
 * name is resolved.
 */
public final class EndpointPolicy {
  /** Matches IP addresses in all their notations, such as {@code 0x7f.1}. */
  private static final Pattern IP_LITERAL =
      Pattern.compile("\\[.*|.*:.*|(0[xX])?[0-9a-fA-F.]*[0-9]");

  private static final Map<String, URI> API_HOSTS =
      Map.of(ImageReference.DOCKER_HUB, URI.create("https://registry-1.docker.io"));

  private final Map<String, URI> endpoints;
  private final Set<String> privateHosts;

  private EndpointPolicy(Map<String, URI> endpoints, Set<String> privateHosts) {
    this.endpoints = Map.copyOf(endpoints);
    this.privateHosts = Set.copyOf(privateHosts);
  }

  /**
   * Creates a policy that allows HTTPS to host names with public addresses only.
   *
   * @param mirrorHost the host of the mirror, which may have the private address of a VPC endpoint
   */
  public static EndpointPolicy publicOnly(String mirrorHost) {
    return new EndpointPolicy(API_HOSTS, Set.of(mirrorHost));
  }

  /** Creates a policy that also allows plain HTTP to these registries on the local machine. */
  public static EndpointPolicy withLocalRegistries(Map<String, URI> registries) {
    var endpoints = new HashMap<>(API_HOSTS);
    endpoints.putAll(registries);
    return new EndpointPolicy(endpoints, Set.of());
  }

  /** Returns the base address of the API of this registry. */
  public URI endpoint(String registry) {
    return endpoints.getOrDefault(registry, URI.create("https://" + registry));
  }

  /** Returns the address if it is allowed; throws a {@link RegistryException} otherwise. */
  URI requireAllowed(URI uri) {
    if (isLocalRegistry(uri)) {
      return uri;
    }
    var host = Optional.ofNullable(uri.getHost()).orElse("");
    if (!"https".equals(uri.getScheme()) || (uri.getPort() != -1 && uri.getPort() != 443)) {
      throw notAllowed(host, "only HTTPS on port 443 is allowed");
    }
    if (host.isEmpty() || uri.getUserInfo() != null || IP_LITERAL.matcher(host).matches()) {
      throw notAllowed(host, "IP addresses are not allowed, use a host name");
    }
    return uri;
  }

  private static RegistryException notAllowed(String host, String rule) {
    return new RegistryException(
        Reason.INVALID_RESPONSE, "refusing to connect to '" + host + "': " + rule);
  }

  private boolean isLocalRegistry(URI uri) {
    return endpoints.values().stream()
        .filter(endpoint -> "http".equals(endpoint.getScheme()))
        .anyMatch(endpoint -> isSameOrigin(endpoint, uri));
  }

  /** Returns whether two addresses have the same scheme, host and port. */
  public static boolean isSameOrigin(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    var defaultPort = "http".equals(uri.getScheme()) ? 80 : 443;
    return uri.getPort() == -1 ? defaultPort : uri.getPort();
  }

  /** Returns a resolver that applies this policy to the addresses of host names. */
  GuardedDnsResolver dnsResolver() {
    return new GuardedDnsResolver(privateHosts, localHosts());
  }

  private Set<String> localHosts() {
    return endpoints.values().stream()
        .filter(endpoint -> "http".equals(endpoint.getScheme()))
        .map(URI::getHost)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Resolves host names and rejects addresses that must not be connected to.
   *
   * <p>The client connects to exactly the addresses that were checked, so that a name which
   * resolves to another address a moment later (DNS rebinding) gains nothing.
   */
  static final class GuardedDnsResolver implements DnsResolver {
    private final Set<String> privateHosts;
    private final Set<String> localHosts;

    GuardedDnsResolver(Set<String> privateHosts, Set<String> localHosts) {
      this.privateHosts = Set.copyOf(privateHosts);
      this.localHosts = Set.copyOf(localHosts);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      var addresses = InetAddress.getAllByName(host);
      for (var address : addresses) {
        if (!localHosts.contains(host) && !isAllowed(host, address)) {
          throw new ForbiddenAddressException(host);
        }
      }
      return addresses;
    }

    private boolean isAllowed(String host, InetAddress address) {
      return switch (AddressScope.of(address)) {
        case PUBLIC -> true;
        case PRIVATE -> privateHosts.contains(host);
        case NON_ROUTABLE -> false;
      };
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /**
   * Reports that a host name resolves to an address that registries must not make this process
   * connect to.
   */
  static final class ForbiddenAddressException extends UnknownHostException {
    ForbiddenAddressException(String host) {
      super(host + " resolves to an address that is not public");
    }
  }

  /**
   * Defines from where an address can be reached.
   *
   * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 special
   *     purpose addresses</a>
   */
  enum AddressScope {
    /** Reachable from the Internet. */
    PUBLIC,
    /** Private networks: 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7. */
    PRIVATE,
    /** Loopback, link-local, multicast and reserved addresses. */
    NON_ROUTABLE;

    static AddressScope of(InetAddress address) {
      var bytes = address.getAddress();
      return address instanceof Inet6Address ? ofIpv6(address, bytes) : ofIpv4(address, bytes);
    }

    private static AddressScope ofIpv4(InetAddress address, byte[] bytes) {
      var first = Byte.toUnsignedInt(bytes[0]);
      var second = Byte.toUnsignedInt(bytes[1]);
      if (isNonRoutable(address) || first == 0 || first >= 240) {
        return NON_ROUTABLE;
      }
      var isCarrierGradeNat = first == 100 && second >= 64 && second < 128;
      return address.isSiteLocalAddress() || isCarrierGradeNat ? PRIVATE : PUBLIC;
    }

    private static AddressScope ofIpv6(InetAddress address, byte[] bytes) {
      if (isNonRoutable(address) || address.isSiteLocalAddress()) {
        return NON_ROUTABLE;
      }
      var embedded = embeddedIpv4(bytes);
      if (embedded != null) {
        return of(embedded);
      }
      return (bytes[0] & 0xfe) == 0xfc ? PRIVATE : PUBLIC;
    }

    private static boolean isNonRoutable(InetAddress address) {
      return address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isAnyLocalAddress()
          || address.isMulticastAddress();
    }

    /**
     * Extracts IPv4 from mapped and compatible (::/80), NAT64 (64:ff9b::/96) and 6to4 (2002::/16).
     */
    private static @Nullable InetAddress embeddedIpv4(byte[] bytes) {
      var zeros = new byte[10];
      var nat64 = new byte[] {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
      if (Arrays.equals(bytes, 0, 10, zeros, 0, 10) || Arrays.equals(bytes, 0, 12, nat64, 0, 12)) {
        return ipv4(bytes, 12);
      }
      return bytes[0] == 0x20 && bytes[1] == 0x02 ? ipv4(bytes, 2) : null;
    }

    private static InetAddress ipv4(byte[] bytes, int offset) {
      try {
        return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException("four bytes are an address", impossible);
      }
    }
  }
}
