package io.pullrescue.config;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where copies live: the naming rule of the mirror, and its inverse.
 *
 * <p>The names are those that Amazon ECR's pull-through cache suggests, so that people can move
 * either way: {@code docker.io/library/ruby} is {@code docker-hub/library/ruby}.
 *
 * @param registry host of the mirror, such as {@code 123456789012.dkr.ecr.eu-west-1.amazonaws.com}
 * @param prefixes upstream registry to repository prefix; also the list of allowed upstreams
 * @param denyList what is not copied, although its upstream is allowed
 */
public record MirrorNaming(String registry, Map<String, String> prefixes, DenyList denyList) {
  /** Registry host to repository prefix, for all known upstreams. */
  public static final Map<String, String> DEFAULT_PREFIXES = UpstreamRegistries.DEFAULT_PREFIXES;

  private static final Pattern ECR_HOST =
      Pattern.compile("([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

  /** What work is known to run on, at the end of a tag. */
  private static final Pattern PLATFORM_TAG =
      Pattern.compile(".+-(linux|windows)-(amd64|arm64)(-v[0-9]+)?");

  /** Amazon ECR: a repository name has at most 256 characters. */
  private static final int MAX_REPOSITORY_LENGTH = 256;

  /** Amazon ECR and Docker: a tag has at most 128 characters. */
  private static final int MAX_TAG_LENGTH = 128;

  /** Copies the map, so that a mirror never changes. */
  public MirrorNaming {
    prefixes = Map.copyOf(prefixes);
  }

  /** A mirror of all images of these upstreams. */
  public MirrorNaming(String registry, Map<String, String> prefixes) {
    this(registry, prefixes, DenyList.EMPTY);
  }

  /** The copy of this upstream image; empty where there may be none. */
  public Optional<ImageReference> mirrorReference(ImageReference image) {
    return Optional.ofNullable(prefixes.get(image.registry()))
        .filter(prefix -> denyList.matchingPattern(image).isEmpty())
        .map(prefix -> prefix + "/" + image.repository())
        .filter(repository -> repository.length() <= MAX_REPOSITORY_LENGTH)
        .map(name -> new ImageReference(registry, name, image.tag(), image.digest()));
  }

  /**
   * What one platform of this image is called where it is kept alone: never by the tag of the
   * whole. Empty where that name would be too long.
   */
  public static Optional<ImageReference> platformTag(Platform platform, ImageReference image) {
    return Optional.of(image.tag() + "-" + platform.toString().replace('/', '-'))
        .filter(tag -> image.tag() != null && tag.length() <= MAX_TAG_LENGTH)
        .map(tag -> new ImageReference(image.registry(), image.repository(), tag, null));
  }

  /** Whether a tag is what {@link #platformTag} makes of another one. */
  public static boolean isPlatformTag(String tag) {
    return PLATFORM_TAG.matcher(tag).matches();
  }

  /** The upstream image that this reference to the mirror is a copy of; empty where it is none. */
  public Optional<ImageReference> upstreamReference(ImageReference mirrorReference) {
    return mirrorReference.registry().equals(registry)
        ? prefixes.entrySet().stream()
            .filter(entry -> mirrorReference.repository().startsWith(entry.getValue() + "/"))
            .findFirst()
            .map(entry -> toUpstream(entry.getKey(), entry.getValue(), mirrorReference))
            .filter(upstream -> denyList.matchingPattern(upstream).isEmpty())
        : Optional.empty();
  }

  /** Why there is no copy of this image, nor may be. */
  public String rejectionReason(ImageReference image) {
    var allowed = String.join(", ", prefixes.keySet().stream().sorted().toList());
    return denyList
        .matchingPattern(image)
        .map(pattern -> "the settings deny it (deniedImages: " + pattern + ")")
        .orElseGet(() ->
            prefixes.containsKey(image.registry())
                ? "its name is too long for the mirror"
                : "the registry is not an allowed upstream (allowed: " + allowed + ")");
  }

  /** Where the mirror keeps this image; what goes by its name in the mirror already is there. */
  public Optional<ImageReference> resolve(ImageReference image) {
    return mirrorReference(image).or(() -> upstreamReference(image).map(upstream -> image));
  }

  /** Whether this is where the mirror keeps copies of that image: no other place may claim to. */
  public boolean isMirrorOf(ImageReference image, ImageReference mirrorReference) {
    return resolve(image)
        .filter(imageReference -> imageReference.name().equals(mirrorReference.name()))
        .isPresent();
  }

  /** The AWS Region that the registry's host names. */
  public String region() {
    return ecrHost().group(2);
  }

  /** The AWS account that the registry's host names. */
  public String accountId() {
    return ecrHost().group(1);
  }

  private Matcher ecrHost() {
    var matcher = ECR_HOST.matcher(registry);
    if (!matcher.matches()) {
      throw new IllegalStateException(
          "the mirror must be an Amazon ECR registry such as"
              + " 123456789012.dkr.ecr.eu-west-1.amazonaws.com, and this is "
              + registry);
    }
    return matcher;
  }

  private static ImageReference toUpstream(
      String host, String prefix, ImageReference mirrorReference) {
    return new ImageReference(
        host,
        mirrorReference.repository().substring(prefix.length() + 1),
        mirrorReference.tag(),
        mirrorReference.digest());
  }
}
