package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * What a request to a registry was about: {@code https://HOST/v2/REPOSITORY/manifests/REFERENCE}.
 *
 * @param host the registry; that of {@code ?ns=} where a mirror was asked
 * @param repository empty for the root {@code /v2/}
 * @param reference a tag or a digest; empty where a blob was read, or where it cannot be read
 */
public record RegistryRequestUrl(String host, String repository, String reference) {
  static final String API_PREFIX = "/v2/";

  private static final int MAX_LENGTH = 600;
  private static final String NAMESPACE_PARAMETER = "?ns=";

  /** Reads the request around this mark; empty where no host stands before it. */
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

  /** Whether a quote opens before the scheme of this host. */
  private static boolean isQuoted(String text, int host) {
    var scheme = text.lastIndexOf("http", host);
    return scheme > 0 && host - scheme <= "https://".length() && text.charAt(scheme - 1) == '"';
  }

  /** Other services have a second version as well. */
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

  /** The image asked for; empty where the request names none. */
  public Optional<ImageReference> image() {
    if (repository.isEmpty() || reference.isEmpty()) {
      return Optional.empty();
    }
    var separator = reference.indexOf(':') > 0 ? "@" : ":";
    return ImageReference.parse(host + "/" + repository + separator + reference);
  }

  /** Registry and repository as an image without a tag; empty for the root. */
  Optional<String> name() {
    return repository.isEmpty()
        ? Optional.empty()
        : ImageReference.parse(host + "/" + repository).map(ImageReference::name);
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
