package io.pullrescue.replication;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All platforms of an image, or one.
 *
 * <p>One costs two counted requests however many platforms there are. It keeps its own digest: an
 * index with children missing would be another image, and registries refuse it.
 */
record PlatformSelector(@Nullable Platform platform) {
  /** The part of the image under this digest that is meant. */
  SelectedManifest select(
      Digest digest,
      RateLimit rateLimit,
      SourceRepository upstream,
      ImageReference mirrorReference,
      CopyStatsCollector stats) {
    if (platform == null) {
      return new SelectedManifest(digest, rateLimit, mirrorReference, List.of());
    }
    rateLimit.requireAtLeast(1);
    stats.recordPull();
    var response = upstream.getManifest(digest.value());
    var children = response.manifest().requireDigest(digest).children();
    if (children.isEmpty()) {
      return new SelectedManifest(
          digest,
          response.rateLimit(),
          mirrorReference,
          List.of("the image has one platform only"));
    }
    var child = choose(children, platform);
    var note = "%s alone, under its own digest: the whole image is %s".formatted(platform, digest);
    return new SelectedManifest(
        child.digest(),
        response.rateLimit(),
        targetReference(mirrorReference, child),
        List.of(note));
  }

  /** Exactly this platform before one that only has a variant more. */
  private static Descriptor choose(List<Descriptor> children, Platform wanted) {
    return children.stream()
        .filter(child -> wanted.equals(child.platform()))
        .findFirst()
        .or(() ->
            children.stream()
                .filter(child -> child.platform() != null && wanted.matches(child.platform()))
                .findFirst())
        .orElseThrow(() ->
            new RegistryException(
                Reason.INVALID_RESPONSE, missingPlatformMessage(children, wanted)));
  }

  private static String missingPlatformMessage(List<Descriptor> children, Platform wanted) {
    var available =
        children.stream()
            .map(Descriptor::platform)
            .filter(Objects::nonNull)
            .map(Platform::toString)
            .collect(Collectors.joining(", "));
    return "the image has no %s; it has %s".formatted(wanted, TextSanitizer.sanitize(available));
  }

  private ImageReference targetReference(ImageReference mirrorReference, Descriptor child) {
    return platform == null || mirrorReference.digest() != null
        ? mirrorReference.byDigest(child.digest())
        : MirrorNaming.platformTag(platform, mirrorReference)
            .orElseGet(() -> mirrorReference.byDigest(child.digest()));
  }
}
