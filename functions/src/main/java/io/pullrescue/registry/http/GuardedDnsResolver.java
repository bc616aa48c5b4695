package io.pullrescue.registry.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names to addresses that may be connected to.
 *
 * <p>The connection goes to the very addresses that were checked: a name that resolves to something
 * else a moment later gains nothing.
 */
final class GuardedDnsResolver implements DnsResolver {
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

  /** A name that stands for an address nobody outside should be able to make us connect to. */
  static final class ForbiddenAddressException extends UnknownHostException {
    ForbiddenAddressException(String host) {
      super(host + " resolves to an address that is not public");
    }
  }
}
