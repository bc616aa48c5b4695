package io.pullrescue.registry.auth;

import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/**
 * Describes the authentication that a registry requests in {@code WWW-Authenticate}.
 *
 * @param scheme {@code bearer} or {@code basic}
 * @param parameters such as {@code realm} and {@code service}, with names in lower case
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution token
 *     authentication</a>
 */
public record AuthChallenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]++)=(?:\"([^\"]*+)\"|([^\\s,\"]++))");

  /** Token servers that do not share a domain with their registry. */
  private static final Map<String, String> KNOWN_REALM_HOSTS =
      Map.of(
          "registry-1.docker.io", "auth.docker.io",
          "registry.gitlab.com", "gitlab.com");

  public AuthChallenge {
    parameters = Map.copyOf(parameters);
  }

  /** Parses the header; empty if the scheme is not supported. */
  public static Optional<AuthChallenge> parse(String header) {
    var parts = header.strip().split("\\s+", 2);
    var scheme = parts[0].toLowerCase(Locale.ROOT);
    if (!scheme.equals("bearer") && !scheme.equals("basic")) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    var matcher = PARAMETER.matcher(parts.length > 1 ? parts[1] : "");
    while (matcher.find()) {
      var value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return Optional.of(new AuthChallenge(scheme, parameters));
  }

  public boolean isBearer() {
    return scheme.equals("bearer");
  }

  public String service() {
    return parameters.getOrDefault("service", "");
  }

  /**
   * Returns the address of the token server, which receives our credentials.
   *
   * @throws RegistryException if the token server is neither the registry's own host nor under the
   *     same registrable domain
   */
  public URI trustedRealm(URI registry) {
    var realm = parameters.getOrDefault("realm", "");
    try {
      var uri = URI.create(realm);
      if (uri.getHost() != null && isTrusted(registry.getHost(), uri.getHost())) {
        return uri;
      }
    } catch (IllegalArgumentException notAnAddress) {
      throw untrusted(registry, realm);
    }
    throw untrusted(registry, realm);
  }

  private static RegistryException untrusted(URI registry, String realm) {
    return new RegistryException(
        Reason.INVALID_RESPONSE,
        "%s refers to the token server '%s', which is not under its own domain; no credentials were sent"
            .formatted(registry.getHost(), TextSanitizer.sanitize(realm)));
  }

  private static boolean isTrusted(String registry, String realm) {
    return realm.equalsIgnoreCase(registry)
        || realm.equalsIgnoreCase(KNOWN_REALM_HOSTS.get(registry))
        || shareRegistrableDomain(registry, realm);
  }

  private static boolean shareRegistrableDomain(String registry, String realm) {
    var suffixes = PublicSuffixMatcherLoader.getDefault();
    var domain = suffixes.getDomainRoot(registry);
    return domain != null && domain.equalsIgnoreCase(suffixes.getDomainRoot(realm));
  }
}
