package io.pullrescue.config;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps upstream images to references in the mirror, and back.
 *
 * <p>The names are those that the ECR console suggests for pull-through cache rules, by default
 * below a prefix of our own: {@code docker.io/library/ruby} is {@code
 * pull-rescue/docker-hub/library/ruby}.
 *
 * @param registry host of the mirror, such as {@code 123456789012.dkr.ecr.eu-west-1.amazonaws.com}
 * @param prefixes upstream registry to repository prefix; also the list of allowed upstreams
 * @param denyList images of allowed upstreams that are not mirrored
 */
public record MirrorNaming(String registry, Map<String, String> prefixes, DenyList denyList) {
  /** Registry host to repository prefix, for all known upstreams. */
  public static final Map<String, String> DEFAULT_PREFIXES = UpstreamRegistries.DEFAULT_PREFIXES;

  private static final Pattern ECR_HOST =
      Pattern.compile("([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

  /** A tag that ends with a platform. */
  private static final Pattern PLATFORM_TAG =
      Pattern.compile(".+-(linux|windows)-(amd64|arm64)(-v[0-9]+)?");

  /**
   * Begins the tag under which a failed workload's image is pushed when the mirror holds its own
   * tag with another digest: that tag is moved by a refresh and by people only.
   */
  public static final String RESCUE_TAG_PREFIX = "pull-rescue.";

  /** Amazon ECR: a repository name has at most 256 characters. */
  private static final int MAX_REPOSITORY_LENGTH = 256;

  /** Amazon ECR and Docker: a tag has at most 128 characters. */
  private static final int MAX_TAG_LENGTH = 128;

  public MirrorNaming {
    prefixes = Map.copyOf(prefixes);
  }

  /** Creates the naming of a mirror that denies no image. */
  public MirrorNaming(String registry, Map<String, String> prefixes) {
    this(registry, prefixes, DenyList.EMPTY);
  }

  /** Returns the reference of an upstream image in the mirror; empty if it may not be mirrored. */
  public Optional<ImageReference> mirrorReference(ImageReference image) {
    return Optional.ofNullable(prefixes.get(image.registry()))
        .filter(_ -> !isRescueTag(image.tag()))
        .filter(prefix -> denyList.matchingPattern(image).isEmpty())
        .map(prefix -> prefix + "/" + image.repository())
        .filter(repository -> repository.length() <= MAX_REPOSITORY_LENGTH)
        .map(name -> new ImageReference(registry, name, image.tag(), image.digest()));
  }

  /**
   * Returns the reference of a single platform of an image, which must not have the tag of the
   * complete image; empty if its tag would be too long.
   */
  public static Optional<ImageReference> platformTag(Platform platform, ImageReference image) {
    return Optional.of(image.tag() + "-" + platform.toString().replace('/', '-'))
        .filter(tag -> image.tag() != null && tag.length() <= MAX_TAG_LENGTH)
        .map(tag -> new ImageReference(image.registry(), image.repository(), tag, null));
  }

  /** Returns whether a tag is one of {@link #platformTag}. */
  public static boolean isPlatformTag(String tag) {
    return PLATFORM_TAG.matcher(tag).matches();
  }

  /**
   * Returns the reference beside a tag of the mirror that must not move. A tag that would be too
   * long is replaced by its hash.
   */
  public static ImageReference rescueReference(ImageReference mirrorReference) {
    var tag = String.valueOf(mirrorReference.tag());
    var rescueTag = RESCUE_TAG_PREFIX + tag;
    return new ImageReference(
        mirrorReference.registry(),
        mirrorReference.repository(),
        rescueTag.length() <= MAX_TAG_LENGTH
            ? rescueTag
            : RESCUE_TAG_PREFIX + Digest.of(tag.getBytes(StandardCharsets.UTF_8)).hex(),
        null);
  }

  private static boolean isRescueTag(@Nullable String tag) {
    return tag != null && tag.startsWith(RESCUE_TAG_PREFIX);
  }

  /** Returns the upstream image of a reference to the mirror; empty if it is not one. */
  public Optional<ImageReference> upstreamReference(ImageReference mirrorReference) {
    return mirrorReference.registry().equals(registry)
        ? prefixes.entrySet().stream()
            .filter(entry -> mirrorReference.repository().startsWith(entry.getValue() + "/"))
            .findFirst()
            .map(entry -> toUpstream(entry.getKey(), entry.getValue(), mirrorReference))
            .filter(upstream -> !isRescueTag(upstream.tag()))
            .filter(upstream -> denyList.matchingPattern(upstream).isEmpty())
        : Optional.empty();
  }

  /** Returns why an image may not be mirrored. */
  public String rejectionReason(ImageReference image) {
    if (isRescueTag(image.tag())) {
      return "tags that begin with `%s` are those of the mirror itself"
          .formatted(RESCUE_TAG_PREFIX);
    }
    var allowed = String.join(", ", prefixes.keySet().stream().sorted().toList());
    return denyList
        .matchingPattern(image)
        .map(pattern -> "`deniedImages` denies it (" + pattern + ")")
        .orElseGet(() ->
            prefixes.containsKey(image.registry())
                ? "its name is too long for the mirror"
                : "its registry is not an allowed upstream (`upstreams`: " + allowed + ")");
  }

  /** Returns the reference in the mirror; an image of the mirror itself is returned as it is. */
  public Optional<ImageReference> resolve(ImageReference image) {
    return mirrorReference(image).or(() -> upstreamReference(image).map(upstream -> image));
  }

  /** Returns whether a reference to the mirror names the repository of this image. */
  public boolean isMirrorOf(ImageReference image, ImageReference mirrorReference) {
    return resolve(image)
        .filter(imageReference -> imageReference.name().equals(mirrorReference.name()))
        .isPresent();
  }

  /** Returns the AWS Region in the host of the registry. */
  public String region() {
    return ecrHost().group(2);
  }

  /** Returns the AWS account in the host of the registry. */
  public String accountId() {
    return ecrHost().group(1);
  }

  private Matcher ecrHost() {
    var matcher = ECR_HOST.matcher(registry);
    if (!matcher.matches()) {
      throw new IllegalStateException(
          "the mirror must be an Amazon ECR registry such as"
              + " 123456789012.dkr.ecr.eu-west-1.amazonaws.com, but it is "
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
