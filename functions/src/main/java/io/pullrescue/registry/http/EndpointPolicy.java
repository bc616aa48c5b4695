package io.pullrescue.registry.http;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  public static boolean isSameOrigin(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    var defaultPort = "http".equals(uri.getScheme()) ? 80 : 443;
    return uri.getPort() == -1 ? defaultPort : uri.getPort();
  }

  GuardedDnsResolver dnsResolver() {
    return new GuardedDnsResolver(privateHosts, localHosts());
  }

  private Set<String> localHosts() {
    return endpoints.values().stream()
        .filter(endpoint -> "http".equals(endpoint.getScheme()))
        .map(URI::getHost)
        .collect(Collectors.toUnmodifiableSet());
  }
}
