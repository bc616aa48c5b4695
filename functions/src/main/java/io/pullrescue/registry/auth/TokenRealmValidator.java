package io.pullrescue.registry.auth;

import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/** Which token server a registry may send us to: we bring it our password. */
public final class TokenRealmValidator {
  private static final Map<String, String> KNOWN_REALM_HOSTS =
      Map.of(
          "registry-1.docker.io", "auth.docker.io",
          "registry.gitlab.com", "gitlab.com");

  private TokenRealmValidator() {}

  /** The realm, where it belongs to the registry: the same host, or the same owner's domain. */
  public static URI requireTrusted(URI registry, String realm) {
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
        "%s wants its tokens fetched from '%s', which is not its own; nothing was sent there"
            .formatted(registry.getHost(), TextSanitizer.sanitize(realm)));
  }

  private static boolean isTrusted(String registry, String realm) {
    return realm.equalsIgnoreCase(registry)
        || realm.equalsIgnoreCase(KNOWN_REALM_HOSTS.get(registry))
        || shareRegistrableDomain(registry, realm);
  }

  /** Both under one registrable domain, by the public suffix list. */
  private static boolean shareRegistrableDomain(String registry, String realm) {
    var suffixes = PublicSuffixMatcherLoader.getDefault();
    var domain = suffixes.getDomainRoot(registry);
    return domain != null && domain.equalsIgnoreCase(suffixes.getDomainRoot(realm));
  }
}
