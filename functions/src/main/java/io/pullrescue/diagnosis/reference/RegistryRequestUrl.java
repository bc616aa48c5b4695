package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;
import java.util.Optional;
import java.util.Set;

/**
 * A request to a registry, {@code https://HOST/v2/REPOSITORY/manifests/REFERENCE}.
 *
 * @param host the registry; for a request to a mirror, the upstream registry in {@code ?ns=}
 * @param repository the repository; empty for the root {@code /v2/}
 * @param reference a tag or digest; empty for blobs, or if it is cut or masked
 */
public record RegistryRequestUrl(String host, String repository, String reference) {
  static final String API_PREFIX = "/v2/";

  /** Docker Hub's registry and the storage that it redirects to. */
  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of(
          "docker.io",
          "auth.docker.io",
          "index.docker.io",
          "registry-1.docker.io",
          "production.cloudflare.docker.com");

  /** Registries whose hosts serve no images of other registries, unlike mirrors and proxies. */
  private static final Set<String> REGISTRIES =
      Set.of(
          ImageReference.DOCKER_HUB,
          "quay.io",
          "ghcr.io",
          "gcr.io",
          "public.ecr.aws",
          "registry.k8s.io",
          "mcr.microsoft.com");

  private static final int MAX_LENGTH = 600;
  private static final String NAMESPACE_PARAMETER = "?ns=";

  /** Parses the URL around {@code /v2/} at this index; empty if no host precedes it. */
  public static Optional<RegistryRequestUrl> parseAround(String text, int index) {
    var start = index;
    while (start > 0 && index - start < MAX_LENGTH && isHostCharacter(text.charAt(start - 1))) {
      start--;
    }
    if (start == index || !text.startsWith("//", start - 2)) {
      return Optional.empty();
    }
    var host = text.substring(start, index);
    var end = index + API_PREFIX.length();
    while (end < text.length() && end < index + MAX_LENGTH && isPathCharacter(text.charAt(end))) {
      end++;
    }
    var path = text.substring(index + API_PREFIX.length(), end);
    var truncated =
        text.startsWith("..", end - 2) || (end == text.length() && isQuoted(text, start));
    return isRegistryPath(path)
        ? Optional.of(of(upstreamHost(text, end).orElse(host), path, truncated))
        : Optional.empty();
  }

  /** Returns whether a quote precedes the scheme of this host. */
  private static boolean isQuoted(String text, int host) {
    var scheme = text.lastIndexOf("http", host);
    return scheme > 0 && host - scheme <= "https://".length() && text.charAt(scheme - 1) == '"';
  }

  /** Rejects URLs of other services, whose paths contain {@code /v2/} as well. */
  private static boolean isRegistryPath(String path) {
    return path.contains("/manifests/")
        || path.contains("/blobs/")
        || path.startsWith("token")
        || path.chars().noneMatch(Character::isLetterOrDigit);
  }

  private static RegistryRequestUrl of(String host, String path, boolean truncated) {
    var manifests = path.indexOf("/manifests/");
    if (manifests > 0) {
      var reference = trimPunctuation(path.substring(manifests + "/manifests/".length()));
      var incomplete = truncated || "sha256".startsWith(reference);
      return new RegistryRequestUrl(
          host, path.substring(0, manifests), incomplete ? "" : reference);
    }
    var blobs = path.indexOf("/blobs/");
    return new RegistryRequestUrl(host, blobs > 0 ? path.substring(0, blobs) : "", "");
  }

  private static Optional<String> upstreamHost(String text, int end) {
    if (!text.startsWith(NAMESPACE_PARAMETER, end)) {
      return Optional.empty();
    }
    var start = end + NAMESPACE_PARAMETER.length();
    var stop = start;
    while (stop < text.length()
        && stop < start + MAX_LENGTH
        && isHostCharacter(text.charAt(stop))) {
      stop++;
    }
    var host = text.substring(start, stop);
    return Optional.of(host.endsWith(":") ? host.substring(0, host.length() - 1) : host);
  }

  /** Returns the requested image; empty if the URL does not name one. */
  public Optional<ImageReference> image() {
    if (repository.isEmpty() || reference.isEmpty()) {
      return Optional.empty();
    }
    var separator = reference.indexOf(':') > 0 ? "@" : ":";
    return ImageReference.parse(host + "/" + repository + separator + reference);
  }

  /** Parses the host after {@code lookup}, which a server name may follow. */
  public static Optional<RegistryRequestUrl> parseHost(String text, int start) {
    var from = text.startsWith(" ", start) ? start + 1 : start;
    var end = from;
    while (end < text.length() && end < from + MAX_LENGTH && isHostCharacter(text.charAt(end))) {
      end++;
    }
    var host = text.substring(from, end > from && text.charAt(end - 1) == ':' ? end - 1 : end);
    return isRegistry(registry(host))
        ? Optional.of(new RegistryRequestUrl(host, "", ""))
        : Optional.empty();
  }

  /**
   * Returns whether this registry cannot have been asked for the image: it is another one's. No
   * other registry serves its images from Docker Hub; other registries have further host names.
   */
  public boolean contradicts(ImageReference image) {
    var registry = registry(host);
    return !registry.equals(image.registry())
        && (registry.equals(ImageReference.DOCKER_HUB)
            || (isRegistry(registry) && isRegistry(image.registry())));
  }

  private static String registry(String host) {
    return DOCKER_HUB_HOSTS.contains(host) ? ImageReference.DOCKER_HUB : host;
  }

  private static boolean isRegistry(String registry) {
    return REGISTRIES.contains(registry) || registry.contains(".dkr.ecr.");
  }

  private static String trimPunctuation(String reference) {
    var end = reference.length();
    while (end > 0 && ".:-".indexOf(reference.charAt(end - 1)) >= 0) {
      end--;
    }
    return reference.substring(0, end);
  }

  private static boolean isHostCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == ':' || c == '_';
  }

  private static boolean isPathCharacter(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "._-/:@".indexOf(c) >= 0);
  }
}
