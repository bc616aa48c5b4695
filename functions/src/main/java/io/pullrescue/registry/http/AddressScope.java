package io.pullrescue.registry.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far an address reaches.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA's list of special
 *     addresses</a>
 */
enum AddressScope {
  /** Anywhere. */
  PUBLIC,
  /** Within one network: 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7. */
  PRIVATE,
  /** This machine, this link, a group, or nowhere at all. */
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
   * IPv4 in IPv6 clothes: mapped and compatible (::/80), NAT64 (64:ff9b::/96), 6to4 (2002::/16).
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
