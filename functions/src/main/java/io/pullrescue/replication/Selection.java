package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.image.Printable;
import io.pullrescue.replication.RegistryRefused.Reason;
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
record Selection(@Nullable Platform platform) {
  /** The part of the image under this digest that is meant. */
  Part of(
      Digest whole,
      Quota quota,
      UpstreamRepository upstream,
      ImageReference copy,
      RunningTally tally) {
    if (platform == null) {
      return new Part(whole, quota, copy, List.of());
    }
    quota.demand(1);
    tally.spent();
    var fetched = upstream.fetch(whole.value());
    var children = fetched.manifest().verified(whole).children();
    if (children.isEmpty()) {
      return new Part(whole, fetched.quota(), copy, List.of("the image has one platform only"));
    }
    var child = chosen(children, platform);
    var remark = "%s alone, under its own digest: the whole image is %s".formatted(platform, whole);
    return new Part(child.digest(), fetched.quota(), named(copy, child), List.of(remark));
  }

  /** Exactly this platform before one that only has a variant more. */
  private static Descriptor chosen(List<Descriptor> children, Platform wanted) {
    return children.stream()
        .filter(child -> wanted.equals(child.platform()))
        .findFirst()
        .or(() ->
            children.stream()
                .filter(child -> child.platform() != null && wanted.covers(child.platform()))
                .findFirst())
        .orElseThrow(() -> new RegistryRefused(Reason.UNFIT, missing(children, wanted)));
  }

  private static String missing(List<Descriptor> children, Platform wanted) {
    var known =
        children.stream()
            .map(Descriptor::platform)
            .filter(Objects::nonNull)
            .map(Platform::toString)
            .collect(Collectors.joining(", "));
    return "the image has no %s; it has %s".formatted(wanted, Printable.of(known));
  }

  private ImageReference named(ImageReference copy, Descriptor child) {
    return platform == null || copy.digest() != null
        ? copy.byDigest(child.digest())
        : Mirror.only(platform, copy).orElseGet(() -> copy.byDigest(child.digest()));
  }
}
