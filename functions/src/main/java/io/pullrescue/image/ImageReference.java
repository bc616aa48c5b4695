package io.pullrescue.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The full name of an image: registry, repository, and a tag, a digest or both.
 *
 * <p>Short names are Docker's: {@code ruby} is {@code docker.io/library/ruby:latest}, and every
 * name that Docker Hub goes by is {@code docker.io}. The grammar is Jib's, which is that of
 * distribution/reference; what Jib lets through or leaves half done (a trailing newline, names
 * without an end, {@code docker.io/ruby} without {@code library/}) is mended here.
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
  private static final String OFFICIAL = "library/";
  private static final String LATEST = "latest";

  /** distribution/reference: NameTotalLengthMax. */
  private static final int LONGEST_NAME = 255;

  /** The longest name, a colon and the longest tag (128), an at sign and a digest (71). */
  private static final int LONGEST_TEXT = LONGEST_NAME + 1 + 128 + 1 + 71;

  /** Neither tag nor digest means {@code :latest}. */
  public ImageReference {
    if (tag == null && digest == null) {
      tag = LATEST;
    }
  }

  /** Reads a reference from text that may be anything; empty where it is not a legal one. */
  public static Optional<ImageReference> parse(String text) {
    if (text.length() > LONGEST_TEXT || !text.chars().allMatch(ImageReference::isLegal)) {
      return Optional.empty();
    }
    try {
      var parsed = com.google.cloud.tools.jib.api.ImageReference.parse(text);
      var digest = parsed.getDigest().map(Digest::parse).orElse(Optional.empty());
      if (parsed.getDigest().isPresent() && digest.isEmpty()) {
        return Optional.empty();
      }
      return withDockerHubNames(
          parsed.getRegistry(),
          parsed.getRepository(),
          parsed.getTag().orElse(null),
          digest.orElse(null));
    } catch (InvalidImageReferenceException illegal) {
      return Optional.empty();
    }
  }

  /** Reads a reference that must be one; throws {@link IllegalArgumentException} naming it. */
  public static ImageReference of(String text) {
    return parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an image reference: '"
                    + Printable.of(text)
                    + "'; write it as registry/repository:tag, for example ruby:2.7 or"
                    + " quay.io/prometheus/prometheus:v2.53.0"));
  }

  private static Optional<ImageReference> withDockerHubNames(
      String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
    var hub = DOCKER_HUB_NAMES.contains(registry);
    var whole = hub && repository.indexOf('/') < 0 ? OFFICIAL + repository : repository;
    var host = hub ? DOCKER_HUB : registry;
    return host.length() + 1 + whole.length() > LONGEST_NAME
        ? Optional.empty()
        : Optional.of(new ImageReference(host, whole, tag, digest));
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "./:_-@".indexOf(c) >= 0;
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
  public ImageReference withDigest(Digest pinned) {
    return new ImageReference(registry, repository, tag, pinned);
  }

  /** The same repository by digest alone. */
  public ImageReference byDigest(Digest pinned) {
    return new ImageReference(registry, repository, null, pinned);
  }

  /** Whether this is a Docker Official Image, such as {@code docker.io/library/ruby}. */
  public boolean isDockerOfficial() {
    return registry.equals(DOCKER_HUB) && repository.startsWith(OFFICIAL);
  }

  /** The short form that people type and docker prints: {@code ruby:2.7}. */
  public String familiar() {
    var name = registry.equals(DOCKER_HUB) ? repository : name();
    return withoutOfficial(name) + suffix();
  }

  private String withoutOfficial(String name) {
    return isDockerOfficial() ? name.substring(OFFICIAL.length()) : name;
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  @Override
  public String toString() {
    return name() + suffix();
  }
}
