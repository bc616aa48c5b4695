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
 * Selects all platforms of an image, or one.
 *
 * <p>One platform costs two rate-limited requests however many platforms the image has. It keeps
 * its own digest: an index without some of its children would be another image, and registries
 * reject it.
 *
 * @param platform null for all platforms
 * @param requestBudget limits the rate-limited requests
 */
record PlatformSelector(@Nullable Platform platform, RequestBudget requestBudget) {
  /**
   * What to copy.
   *
   * @param mirrorReference where to copy it; one platform never gets the tag of the whole image
   * @param notes remarks for the person who requested the copy
   */
  record SelectedManifest(
      Digest digest, RateLimit rateLimit, ImageReference mirrorReference, List<String> notes) {
    SelectedManifest {
      notes = List.copyOf(notes);
    }
  }

  /** Returns what to copy of the image with this digest. */
  SelectedManifest select(
      Digest digest, RateLimit rateLimit, SourceRepository source, ImageReference mirrorReference) {
    if (platform == null) {
      return new SelectedManifest(digest, rateLimit, mirrorReference, List.of());
    }
    requestBudget.require(1, rateLimit);
    requestBudget.record(rateLimit);
    var response = source.getManifest(digest.value());
    var children = response.manifest().requireDigest(digest).children();
    if (children.isEmpty()) {
      return new SelectedManifest(
          digest,
          response.rateLimit().lower(rateLimit),
          mirrorReference,
          List.of("the image has only one platform"));
    }
    var child = choose(children, platform);
    var note =
        "only %s was copied, under its own digest; the digest of the whole image is %s"
            .formatted(platform, digest);
    return new SelectedManifest(
        child.digest(),
        response.rateLimit().lower(rateLimit),
        platformReference(mirrorReference, child),
        List.of(note));
  }

  /** Prefers exactly this platform to one that also has a variant. */
  private static Descriptor choose(List<Descriptor> children, Platform platform) {
    return children.stream()
        .filter(child -> platform.equals(child.platform()))
        .findFirst()
        .or(() ->
            children.stream()
                .filter(child -> child.platform() != null && platform.matches(child.platform()))
                .findFirst())
        .orElseThrow(() ->
            new RegistryException(
                Reason.INVALID_RESPONSE, missingPlatformMessage(children, platform)));
  }

  private static String missingPlatformMessage(List<Descriptor> children, Platform platform) {
    var available =
        children.stream()
            .map(Descriptor::platform)
            .filter(Objects::nonNull)
            .map(Platform::toString)
            .collect(Collectors.joining(", "));
    return "the image does not support %s; it supports %s"
        .formatted(platform, TextSanitizer.sanitize(available));
  }

  private ImageReference platformReference(ImageReference mirrorReference, Descriptor child) {
    return platform == null || mirrorReference.digest() != null
        ? mirrorReference.byDigest(child.digest())
        : MirrorNaming.platformTag(platform, mirrorReference)
            .orElseGet(() -> mirrorReference.byDigest(child.digest()));
  }
}
