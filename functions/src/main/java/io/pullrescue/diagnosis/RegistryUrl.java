package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import java.util.Optional;

/**
 * What a request to a registry was about: {@code https://HOST/v2/REPOSITORY/manifests/REFERENCE}.
 *
 * @param host the registry; that of {@code ?ns=} where a mirror was asked
 * @param repository empty for the root {@code /v2/}
 * @param reference a tag or a digest; empty where a blob was read, or where it cannot be read
 */
record RegistryUrl(String host, String repository, String reference) {
  static final String MARK = "/v2/";

  private static final int LONGEST = 600;
  private static final String NAMESPACE = "?ns=";

  /** Reads the request around this mark; empty where no host stands before it. */
  static Optional<RegistryUrl> around(String text, int mark) {
    var start = mark;
    while (start > 0 && mark - start < LONGEST && isHost(text.charAt(start - 1))) {
      start--;
    }
    if (start == mark || !text.startsWith("//", start - 2)) {
      return Optional.empty();
    }
    var host = text.substring(start, mark);
    var end = mark + MARK.length();
    while (end < text.length() && end < mark + LONGEST && isPath(text.charAt(end))) {
      end++;
    }
    var path = text.substring(mark + MARK.length(), end);
    var cut = text.startsWith("..", end - 2) || (end == text.length() && isQuoted(text, start));
    return isRegistry(path)
        ? Optional.of(of(mirrored(text, end).orElse(host), path, cut))
        : Optional.empty();
  }

  /** Whether a quote opens before the scheme of this host. */
  private static boolean isQuoted(String text, int host) {
    var scheme = text.lastIndexOf("http", host);
    return scheme > 0 && host - scheme <= "https://".length() && text.charAt(scheme - 1) == '"';
  }

  /** Other services have a second version as well. */
  private static boolean isRegistry(String path) {
    return path.contains("/manifests/")
        || path.contains("/blobs/")
        || path.startsWith("token")
        || path.chars().noneMatch(Character::isLetterOrDigit);
  }

  private static RegistryUrl of(String host, String path, boolean elided) {
    var manifests = path.indexOf("/manifests/");
    if (manifests > 0) {
      var reference = trim(path.substring(manifests + "/manifests/".length()));
      var cut = elided || "sha256".startsWith(reference);
      return new RegistryUrl(host, path.substring(0, manifests), cut ? "" : reference);
    }
    var blobs = path.indexOf("/blobs/");
    return new RegistryUrl(host, blobs > 0 ? path.substring(0, blobs) : "", "");
  }

  private static Optional<String> mirrored(String text, int end) {
    if (!text.startsWith(NAMESPACE, end)) {
      return Optional.empty();
    }
    var start = end + NAMESPACE.length();
    var stop = start;
    while (stop < text.length() && stop < start + LONGEST && isHost(text.charAt(stop))) {
      stop++;
    }
    var host = text.substring(start, stop);
    return Optional.of(host.endsWith(":") ? host.substring(0, host.length() - 1) : host);
  }

  /** The image asked for; empty where the request names none. */
  Optional<ImageReference> image() {
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

  private static String trim(String reference) {
    var end = reference.length();
    while (end > 0 && ".:-".indexOf(reference.charAt(end - 1)) >= 0) {
      end--;
    }
    return reference.substring(0, end);
  }

  private static boolean isHost(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == ':' || c == '_';
  }

  private static boolean isPath(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "._-/:@".indexOf(c) >= 0);
  }
}
