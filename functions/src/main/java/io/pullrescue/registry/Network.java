package io.pullrescue.registry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.net.URI;
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
public final class Network {
  /** What looks like a number is an address, in whichever of its many spellings. */
  private static final Pattern ADDRESS = Pattern.compile("\\[.*|.*:.*|(0[xX])?[0-9a-fA-F.]*[0-9]");

  private static final Map<String, URI> API_HOSTS =
      Map.of(ImageReference.DOCKER_HUB, URI.create("https://registry-1.docker.io"));

  private final Map<String, URI> endpoints;
  private final Set<String> privateHosts;

  private Network(Map<String, URI> endpoints, Set<String> privateHosts) {
    this.endpoints = Map.copyOf(endpoints);
    this.privateHosts = Set.copyOf(privateHosts);
  }

  /**
   * The Internet: HTTPS on names only, no private addresses.
   *
   * @param mirror the mirror's own host, which may have a private address: that of a VPC endpoint
   */
  public static Network guarded(String mirror) {
    return new Network(API_HOSTS, Set.of(mirror));
  }

  /** For registries on this machine, by name: only these addresses, plain HTTP allowed. */
  public static Network local(Map<String, URI> registries) {
    return new Network(registries, Set.of());
  }

  /** Where the API of this registry is. */
  URI endpoint(String registry) {
    return endpoints.getOrDefault(registry, URI.create("https://" + registry));
  }

  /** The address again, where it may be spoken to. */
  URI checked(URI uri) {
    if (isLocal(uri)) {
      return uri;
    }
    var host = Optional.ofNullable(uri.getHost()).orElse("");
    if (!"https".equals(uri.getScheme()) || (uri.getPort() != -1 && uri.getPort() != 443)) {
      throw refused(host, "only HTTPS on port 443 is spoken");
    }
    if (host.isEmpty() || uri.getUserInfo() != null || ADDRESS.matcher(host).matches()) {
      throw refused(host, "hosts must be named, not numbered");
    }
    return uri;
  }

  private static RegistryRefused refused(String host, String rule) {
    return new RegistryRefused(Reason.UNFIT, "not speaking to '" + host + "': " + rule);
  }

  private boolean isLocal(URI uri) {
    return endpoints.values().stream()
        .filter(endpoint -> "http".equals(endpoint.getScheme()))
        .anyMatch(endpoint -> sameOrigin(endpoint, uri));
  }

  static boolean sameOrigin(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    var usual = "http".equals(uri.getScheme()) ? 80 : 443;
    return uri.getPort() == -1 ? usual : uri.getPort();
  }

  AddressGuard addressGuard() {
    return new AddressGuard(privateHosts, localHosts());
  }

  private Set<String> localHosts() {
    return endpoints.values().stream()
        .filter(endpoint -> "http".equals(endpoint.getScheme()))
        .map(URI::getHost)
        .collect(Collectors.toUnmodifiableSet());
  }
}
