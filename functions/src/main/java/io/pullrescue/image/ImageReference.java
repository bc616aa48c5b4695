package io.pullrescue.image;

import io.pullrescue.text.TextSanitizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The full name of an image: registry, repository, and a tag, a digest or both. Without either, the
 * tag is {@code latest}.
 *
 * <p>The grammar is that of distribution/reference, with Docker's short names: {@code ruby} is
 * {@code docker.io/library/ruby:latest}, and every host name of Docker Hub is {@code docker.io}.
 * Only digests are stricter, see {@link Digest}.
 *
 * @see <a href="https://github.com/distribution/reference">distribution/reference</a>
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  /** The registry of short names. */
  public static final String DOCKER_HUB = "docker.io";

  private static final Set<String> DOCKER_HUB_NAMES =
      Set.of(
          DOCKER_HUB,
          "index.docker.io",
          "registry-1.docker.io",
          "registry.docker.io",
          "registry.hub.docker.com");
  private static final String OFFICIAL_PREFIX = "library/";
  private static final String DEFAULT_TAG = "latest";

  /** A part of a host name: letters, digits, and hyphens between them. */
  private static final String LABEL = "[a-zA-Z0-9]++(?:-++[a-zA-Z0-9]++)*+";

  /** A host name, an IPv4 address or a bracketed IPv6 address, and perhaps a port. */
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:LABEL(?:\\.LABEL)*+|\\[[a-fA-F0-9:]++\\])(?::[0-9]++)?".replace("LABEL", LABEL));

  /** A path component of a repository; separators are a dot, one or two underscores or hyphens. */
  private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";

  private static final String NAME = COMPONENT + "(?:[/]" + COMPONENT + ")*+";

  private static final String TAG = "\\w[\\w.-]{0,127}+";

  private static final Pattern NAME_TAG_DIGEST =
      Pattern.compile("(?<name>" + NAME + ")(?::(?<tag>" + TAG + "))?(?:@(?<digest>.++))?");

  /** An image ID matches the grammar of names, and is not one. */
  private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");

  /** distribution/reference: RepositoryNameTotalLengthMax. */
  private static final int MAX_REPOSITORY_LENGTH = 255;

  /** The maximum lengths of host name and port, repository, tag and digest, with separators. */
  private static final int MAX_LENGTH = 259 + 1 + MAX_REPOSITORY_LENGTH + 1 + 128 + 1 + 71;

  public ImageReference {
    if (tag == null && digest == null) {
      tag = DEFAULT_TAG;
    }
  }

  /** Parses any text; empty if it is not a valid reference. */
  public static Optional<ImageReference> parse(String text) {
    if (text.length() > MAX_LENGTH || IMAGE_ID.matcher(text).matches()) {
      return Optional.empty();
    }
    var slash = text.indexOf('/');
    var first = slash < 0 ? "" : text.substring(0, slash);
    return isRegistryHost(first)
        ? parseInRegistry(first, text.substring(slash + 1))
        : parseInRegistry(DOCKER_HUB, text);
  }

  /** Returns whether the first component is a registry, not part of a name on Docker Hub. */
  private static boolean isRegistryHost(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static Optional<ImageReference> parseInRegistry(String registry, String text) {
    var parts = NAME_TAG_DIGEST.matcher(text);
    if (!REGISTRY.matcher(registry).matches() || !parts.matches()) {
      return Optional.empty();
    }
    var isDockerHub = DOCKER_HUB_NAMES.contains(registry);
    var name = parts.group("name");
    var repository = isDockerHub && name.indexOf('/') < 0 ? OFFICIAL_PREFIX + name : name;
    var digestText = parts.group("digest");
    var digest = digestText == null ? null : Digest.parse(digestText).orElse(null);
    return repository.length() > MAX_REPOSITORY_LENGTH || (digestText != null && digest == null)
        ? Optional.empty()
        : Optional.of(
            new ImageReference(
                isDockerHub ? DOCKER_HUB : registry, repository, parts.group("tag"), digest));
  }

  /** Parses a reference; throws {@link IllegalArgumentException} if it is not valid. */
  public static ImageReference of(String text) {
    return parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an image reference: '"
                    + TextSanitizer.sanitize(text)
                    + "'; write it as registry/repository:tag, for example ruby:2.7 or"
                    + " quay.io/prometheus/prometheus:v2.53.0"));
  }

  /** Returns registry and repository, without tag and digest. */
  public String name() {
    return registry + "/" + repository;
  }

  /** Returns the digest if there is one, else the tag: the reference in a registry request. */
  public String identifier() {
    return digest != null ? digest.value() : String.valueOf(tag);
  }

  /** Returns the same reference pinned to this digest; the tag stays for information. */
  public ImageReference withDigest(Digest newDigest) {
    return new ImageReference(registry, repository, tag, newDigest);
  }

  /** Returns a reference to the same repository by digest only. */
  public ImageReference byDigest(Digest newDigest) {
    return new ImageReference(registry, repository, null, newDigest);
  }

  /** Returns whether this is a Docker Official Image, such as {@code docker.io/library/ruby}. */
  public boolean isDockerOfficial() {
    return registry.equals(DOCKER_HUB)
        && repository.startsWith(OFFICIAL_PREFIX)
        && repository.lastIndexOf('/') < OFFICIAL_PREFIX.length();
  }

  /** Returns the short form that Docker prints, such as {@code ruby:2.7}. */
  public String familiarString() {
    var name = registry.equals(DOCKER_HUB) ? repository : name();
    return withoutOfficialPrefix(name) + suffix();
  }

  private String withoutOfficialPrefix(String name) {
    return isDockerOfficial() ? name.substring(OFFICIAL_PREFIX.length()) : name;
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  @Override
  public String toString() {
    return name() + suffix();
  }
}
