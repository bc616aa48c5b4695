package io.pullrescue.image;

import io.pullrescue.text.TextSanitizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The full name of an image: registry, repository, and a tag, a digest or both.
 *
 * <p>The grammar is that of distribution/reference, with Docker's short names: {@code ruby} is
 * {@code docker.io/library/ruby:latest}, and every name that Docker Hub goes by is {@code
 * docker.io}. Only digests are stricter, see {@link Digest}.
 *
 * @see <a href="https://github.com/distribution/reference">distribution/reference</a>
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  /** The registry that short names mean. */
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

  /** A part of a repository's name: a dot, one or two underscores or any hyphens separate. */
  private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";

  private static final String NAME = COMPONENT + "(?:[/]" + COMPONENT + ")*+";

  private static final String TAG = "\\w[\\w.-]{0,127}+";

  private static final Pattern NAME_TAG_DIGEST =
      Pattern.compile("(?<name>" + NAME + ")(?::(?<tag>" + TAG + "))?(?:@(?<digest>.++))?");

  /** An image's own ID is no name, although it would be a legal one. */
  private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");

  /** distribution/reference: RepositoryNameTotalLengthMax. */
  private static final int MAX_REPOSITORY_LENGTH = 255;

  /** The longest host name and port, repository, tag and digest, with what separates them. */
  private static final int MAX_LENGTH = 259 + 1 + MAX_REPOSITORY_LENGTH + 1 + 128 + 1 + 71;

  /** Neither tag nor digest means {@code :latest}. */
  public ImageReference {
    if (tag == null && digest == null) {
      tag = DEFAULT_TAG;
    }
  }

  /** Reads a reference from text that may be anything; empty where it is not a legal one. */
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

  /** A first part that could not be one of a repository on Docker Hub, or is this very host. */
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

  /** Reads a reference that must be one; throws {@link IllegalArgumentException} naming it. */
  public static ImageReference of(String text) {
    return parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an image reference: '"
                    + TextSanitizer.sanitize(text)
                    + "'; write it as registry/repository:tag, for example ruby:2.7 or"
                    + " quay.io/prometheus/prometheus:v2.53.0"));
  }

  /** Registry and repository, without tag and digest. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What the registry is asked for: the digest where there is one, else the tag. */
  public String identifier() {
    return digest != null ? digest.value() : String.valueOf(tag);
  }

  /** The same repository, pinned to this digest; the tag stays as a remark for people. */
  public ImageReference withDigest(Digest newDigest) {
    return new ImageReference(registry, repository, tag, newDigest);
  }

  /** The same repository by digest alone. */
  public ImageReference byDigest(Digest newDigest) {
    return new ImageReference(registry, repository, null, newDigest);
  }

  /** Whether this is a Docker Official Image, such as {@code docker.io/library/ruby}. */
  public boolean isDockerOfficial() {
    return registry.equals(DOCKER_HUB)
        && repository.startsWith(OFFICIAL_PREFIX)
        && repository.lastIndexOf('/') < OFFICIAL_PREFIX.length();
  }

  /** The short form that people type and docker prints: {@code ruby:2.7}. */
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
