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
 * Which hosts may be spoken to, and how.
 *
 * <p>Registries, redirects, token realms and upload locations name hosts; every one of them passes
 * through here before a byte is sent, and its address once more when it is resolved.
 */
public final class EndpointPolicy {
  /** What looks like a number is an address, in whichever of its many spellings. */
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
   * The Internet: HTTPS on names only, no private addresses.
   *
   * @param mirrorHost the mirror's own host, which may have a private address: that of a VPC
   *     endpoint
   */
  public static EndpointPolicy publicOnly(String mirrorHost) {
    return new EndpointPolicy(API_HOSTS, Set.of(mirrorHost));
  }

  /** The Internet, and registries on this machine by name: to these, plain HTTP is spoken. */
  public static EndpointPolicy withLocalRegistries(Map<String, URI> registries) {
    var endpoints = new HashMap<>(API_HOSTS);
    endpoints.putAll(registries);
    return new EndpointPolicy(endpoints, Set.of());
  }

  /** Where the API of this registry is. */
  public URI endpoint(String registry) {
    return endpoints.getOrDefault(registry, URI.create("https://" + registry));
  }

  /** The address again, where it may be spoken to. */
  URI requireAllowed(URI uri) {
    if (isLocalRegistry(uri)) {
      return uri;
    }
    var host = Optional.ofNullable(uri.getHost()).orElse("");
    if (!"https".equals(uri.getScheme()) || (uri.getPort() != -1 && uri.getPort() != 443)) {
      throw notAllowed(host, "only HTTPS on port 443 is spoken");
    }
    if (host.isEmpty() || uri.getUserInfo() != null || IP_LITERAL.matcher(host).matches()) {
      throw notAllowed(host, "hosts must be named, not numbered");
    }
    return uri;
  }

  private static RegistryException notAllowed(String host, String rule) {
    return new RegistryException(
        Reason.INVALID_RESPONSE, "not speaking to '" + host + "': " + rule);
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
