package io.pullrescue.registry;

import io.pullrescue.image.Printable;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/** Which token server a registry may send us to: we bring it our password. */
final class Realms {
  private static final Map<String, String> KNOWN =
      Map.of(
          "registry-1.docker.io", "auth.docker.io",
          "registry.gitlab.com", "gitlab.com");

  private Realms() {}

  /** The realm, where it belongs to the registry: the same host, or the same owner's domain. */
  static URI checked(URI registry, String realm) {
    try {
      var uri = URI.create(realm);
      if (uri.getHost() != null && belongs(registry.getHost(), uri.getHost())) {
        return uri;
      }
    } catch (IllegalArgumentException notAnAddress) {
      throw foreign(registry, realm);
    }
    throw foreign(registry, realm);
  }

  private static RegistryRefused foreign(URI registry, String realm) {
    return new RegistryRefused(
        Reason.UNFIT,
        "%s wants its tokens fetched from '%s', which is not its own; nothing was sent there"
            .formatted(registry.getHost(), Printable.of(realm)));
  }

  private static boolean belongs(String registry, String realm) {
    return realm.equalsIgnoreCase(registry)
        || realm.equalsIgnoreCase(KNOWN.get(registry))
        || haveOneOwner(registry, realm);
  }

  /** Both under one registrable domain, by the public suffix list. */
  private static boolean haveOneOwner(String registry, String realm) {
    var suffixes = PublicSuffixMatcherLoader.getDefault();
    var owner = suffixes.getDomainRoot(registry);
    return owner != null && owner.equalsIgnoreCase(suffixes.getDomainRoot(realm));
  }
}
