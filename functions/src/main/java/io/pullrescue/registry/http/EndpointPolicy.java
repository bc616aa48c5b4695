package io.pullrescue.registry.http;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

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

  /** Defines from where an address can be reached. */
  enum AddressScope {
    /** Reachable from the Internet. */
    PUBLIC,
    /** Private networks, where the mirror may be. */
    PRIVATE,
    /** Not the address of a host that registries may name. */
    NON_ROUTABLE;

    /** ISATAP (RFC 5214): an interface id with this prefix embeds an IPv4 address. */
    private static final BigInteger ISATAP = BigInteger.valueOf(0x5efe);

    /** Java has no notation for it: it reads the text as the IPv4 address. */
    private static final AddressBlock IPV4_MAPPED =
        new AddressBlock(
            BigInteger.valueOf(0xffff).shiftLeft(32), 128, 96, PUBLIC, 96, "IPv4-mapped");

    /**
     * The IANA special-purpose address registries of IPv4 and IPv6, as of October 2025, and the
     * blocks outside of them that no host of the Internet has. A block within another one has
     * precedence; what is in no block is public.
     *
     * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a>
     * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a>
     * @see <a href="https://www.iana.org/assignments/ipv6-address-space">IPv6 address space</a>
     */
    private static final List<AddressBlock> BLOCKS =
        Stream.of(
                block("0.0.0.0/8", NON_ROUTABLE, "this network"),
                block("10.0.0.0/8", PRIVATE, "private use"),
                block("100.64.0.0/10", PRIVATE, "shared address space"),
                block("127.0.0.0/8", NON_ROUTABLE, "loopback"),
                block("169.254.0.0/16", NON_ROUTABLE, "link local, metadata of instances"),
                block("172.16.0.0/12", PRIVATE, "private use"),
                block("192.0.0.0/24", NON_ROUTABLE, "IETF protocol assignments"),
                block("192.0.0.9/32", PUBLIC, "Port Control Protocol anycast"),
                block("192.0.0.10/32", PUBLIC, "TURN anycast"),
                block("192.0.2.0/24", NON_ROUTABLE, "documentation, TEST-NET-1"),
                block("192.88.99.0/24", NON_ROUTABLE, "6to4 relay anycast, deprecated"),
                block("192.168.0.0/16", PRIVATE, "private use"),
                block("198.18.0.0/15", NON_ROUTABLE, "benchmarking"),
                block("198.51.100.0/24", NON_ROUTABLE, "documentation, TEST-NET-2"),
                block("203.0.113.0/24", NON_ROUTABLE, "documentation, TEST-NET-3"),
                block("224.0.0.0/4", NON_ROUTABLE, "multicast"),
                block("240.0.0.0/4", NON_ROUTABLE, "reserved, limited broadcast"),
                block("::/0", NON_ROUTABLE, "not assigned for global unicast"),
                block("::/96", NON_ROUTABLE, "unspecified, loopback, IPv4-compatible"),
                IPV4_MAPPED,
                embedding("::ffff:0:0:0/96", 96, "IPv4-translated"),
                embedding("64:ff9b::/96", 96, "IPv4-IPv6 translation"),
                block("64:ff9b:1::/48", NON_ROUTABLE, "IPv4-IPv6 translation, local use"),
                block("100::/64", NON_ROUTABLE, "discard only"),
                block("100:0:0:1::/64", NON_ROUTABLE, "dummy prefix"),
                block("2000::/3", PUBLIC, "global unicast"),
                block("2001::/23", NON_ROUTABLE, "IETF protocol assignments"),
                block("2001::/32", NON_ROUTABLE, "Teredo"),
                block("2001:1::1/128", PUBLIC, "Port Control Protocol anycast"),
                block("2001:1::2/128", PUBLIC, "TURN anycast"),
                block("2001:1::3/128", PUBLIC, "DNS-SD Service Registration Protocol anycast"),
                block("2001:2::/48", NON_ROUTABLE, "benchmarking"),
                block("2001:3::/32", PUBLIC, "AMT"),
                block("2001:4:112::/48", PUBLIC, "AS112"),
                block("2001:10::/28", NON_ROUTABLE, "ORCHID, deprecated"),
                block("2001:20::/28", PUBLIC, "ORCHIDv2"),
                block("2001:30::/28", PUBLIC, "drone remote identification"),
                block("2001:db8::/32", NON_ROUTABLE, "documentation"),
                embedding("2002::/16", 16, "6to4"),
                block("3fff::/20", NON_ROUTABLE, "documentation"),
                block("5f00::/16", NON_ROUTABLE, "segment routing"),
                block("fc00::/7", PRIVATE, "unique local"),
                block("fe80::/10", NON_ROUTABLE, "link local"),
                block("fec0::/10", NON_ROUTABLE, "site local, deprecated"),
                block("ff00::/8", NON_ROUTABLE, "multicast"))
            .sorted(Comparator.comparingInt(AddressBlock::prefixLength).reversed())
            .toList();

    private static AddressBlock block(String network, AddressScope scope, String name) {
      return AddressBlock.of(network, scope, -1, name);
    }

    private static AddressBlock embedding(String network, int ipv4Offset, String name) {
      return AddressBlock.of(network, PUBLIC, ipv4Offset, name);
    }

    static AddressScope of(InetAddress address) {
      var bits = new BigInteger(1, address.getAddress());
      return of(bits, address.getAddress().length * 8);
    }

    private static AddressScope of(BigInteger bits, int length) {
      return BLOCKS.stream()
          .filter(block -> block.contains(bits, length))
          .findFirst()
          .map(block -> block.scopeOf(bits))
          .map(scope -> isIsatap(bits, length) ? strictest(scope, embeddedIpv4(bits, 96)) : scope)
          .orElse(PUBLIC);
    }

    private static AddressScope strictest(AddressScope one, AddressScope other) {
      return one.compareTo(other) > 0 ? one : other;
    }

    private static AddressScope embeddedIpv4(BigInteger bits, int offset) {
      return of(bits.shiftRight(128 - 32 - offset).mod(BigInteger.ONE.shiftLeft(32)), 32);
    }

    /** The bit of a globally unique IPv4 address may be set. */
    private static boolean isIsatap(BigInteger bits, int length) {
      var interfacePrefix = bits.shiftRight(32).mod(BigInteger.ONE.shiftLeft(32)).clearBit(25);
      return length == 128 && interfacePrefix.equals(ISATAP);
    }

    /**
     * A block of addresses with the same scope.
     *
     * @param bits the network's address
     * @param length of its addresses, in bits
     * @param ipv4Offset where the addresses embed IPv4 addresses, whose scope they have; or -1
     * @param name as in the registry
     */
    private record AddressBlock(
        BigInteger bits,
        int length,
        int prefixLength,
        AddressScope scope,
        int ipv4Offset,
        String name) {
      static AddressBlock of(String network, AddressScope scope, int ipv4Offset, String name) {
        var parts = network.split("/", 2);
        var address = InetAddress.ofLiteral(parts[0]).getAddress();
        return new AddressBlock(
            new BigInteger(1, address),
            address.length * 8,
            Integer.parseInt(parts[1]),
            scope,
            ipv4Offset,
            name);
      }

      boolean contains(BigInteger address, int addressLength) {
        var hostBits = length - prefixLength;
        return length == addressLength
            && address.shiftRight(hostBits).equals(bits.shiftRight(hostBits));
      }

      AddressScope scopeOf(BigInteger address) {
        return ipv4Offset < 0 ? scope : embeddedIpv4(address, ipv4Offset);
      }
    }
  }
}
