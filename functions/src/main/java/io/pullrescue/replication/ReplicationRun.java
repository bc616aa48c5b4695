package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.AsyncCall;
import io.pullrescue.registry.ManifestHead;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.replication.ReplicationResult.Replicated;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One image on its way into the mirror: which digest is wanted, and who can give it. */
final class ReplicationRun {
  private final ImageReference image;
  private final MirrorDestination destination;
  private final List<ImageSource> primarySources;
  private final List<ImageSource> alternativeSources;
  private final ImageCopier imageCopier;
  private final CopyStatsCollector stats;
  private final SourceFailures failures = new SourceFailures();
  private final Map<ImageSource, ManifestHead> heads = new HashMap<>();

  ReplicationRun(
      ImageReference image,
      MirrorDestination destination,
      List<ImageSource> primarySources,
      List<ImageSource> alternativeSources,
      ImageCopier imageCopier,
      CopyStatsCollector stats) {
    this.image = image;
    this.destination = destination;
    this.primarySources = primarySources;
    this.alternativeSources = alternativeSources;
    this.imageCopier = imageCopier;
    this.stats = stats;
  }

  /** What the mirror has, by the digest that upstream names for it now, is not pulled. */
  ReplicationResult run() {
    try (var mirrorLookup =
        new AsyncCall<>(() -> destination.repository().headManifest(image.identifier()))) {
      // Upstream decides what the tag stands for, and counts no such question.
      var upstreamDigest =
          Optional.ofNullable(image.digest()).or(() -> firstDigest(primarySources));
      var mirroredDigest = mirrorLookup.join();
      var wanted = upstreamDigest.or(() -> fallbackDigest(mirroredDigest));
      if (wanted.isEmpty()) {
        return failures.toResult(image, stats.snapshot());
      }
      if (mirroredDigest.equals(wanted)) {
        return alreadyMirrored(wanted.get());
      }
      if (mirroredDigest.isPresent() && imageCopier.copiesAllPlatforms()) {
        destination.checkTagMutable(mirroredDigest.get(), wanted.get());
      }
      return copy(wanted.get());
    } catch (RegistryException exception) {
      failures.add(destination.mirrorReference().registry(), exception);
      return failures.toResult(image, stats.snapshot());
    }
  }

  /**
   * Where upstream does not even answer that, the mirror's own copy of the tag is better than none,
   * and so is that of another source; the result names whichever it was.
   */
  private Optional<Digest> fallbackDigest(Optional<Digest> mirroredDigest) {
    if (!failures.isTemporary()) {
      return Optional.empty();
    }
    return mirroredDigest.isPresent() ? mirroredDigest : firstDigest(alternativeSources);
  }

  private Optional<Digest> firstDigest(List<ImageSource> sources) {
    for (var source : sources) {
      try {
        var head = source.repository().headManifest(image.identifier());
        if (head.isPresent()) {
          heads.put(source, head.get());
          return Optional.of(resolveDigest(head.get(), source));
        }
        failures.add(source.toString(), notFound());
      } catch (RegistryException exception) {
        failures.add(source.toString(), exception);
      }
    }
    return Optional.empty();
  }

  /** A registry that does not name the digest has to be asked for the bytes. */
  private Digest resolveDigest(ManifestHead head, ImageSource source) {
    if (head.digest() != null) {
      return head.digest();
    }
    stats.recordPull();
    return source.repository().getManifest(image.identifier()).manifest().digest();
  }

  private static RegistryException notFound() {
    return new RegistryException(
        RegistryException.Reason.NOT_FOUND, "there is no such image; check its name and tag");
  }

  /** Nothing has to move; who may pull is still brought up to date. */
  private ReplicationResult alreadyMirrored(Digest digest) {
    destination.createIfAbsent();
    return result(
        new SelectedManifest(digest, RateLimit.UNLIMITED, destination.mirrorReference(), List.of()),
        destination.mirrorReference());
  }

  /** The mirror itself is the first source: an image under another tag is only tagged anew. */
  private ReplicationResult copy(Digest wanted) {
    if (image.digest() == null) {
      destination.createIfAbsent();
      if (destination.hasManifest(wanted)) {
        imageCopier.tag(wanted);
        return alreadyMirrored(wanted);
      }
    }
    for (var source :
        Stream.concat(alternativeSources.stream(), primarySources.stream()).toList()) {
      try {
        var head = headManifest(source, wanted);
        if (head.isPresent()) {
          var selected = imageCopier.copy(wanted, head.get().rateLimit(), source.repository());
          return result(selected, source.reference());
        }
        failures.add(source.toString(), notFound());
      } catch (RegistryException exception) {
        failures.add(source.toString(), exception);
        if (SourceFailures.isFinal(exception)) {
          break;
        }
      }
    }
    return failures.toResult(image, stats.snapshot());
  }

  /** Whoever named this very digest a moment ago is not asked again. */
  private Optional<ManifestHead> headManifest(ImageSource source, Digest wanted) {
    var head = heads.get(source);
    return head != null && wanted.equals(head.digest())
        ? Optional.of(head)
        : source.repository().headManifest(wanted.value());
  }

  private Replicated result(SelectedManifest selected, ImageReference source) {
    var mirroredImage = selected.mirrorReference();
    mirroredImage =
        image.digest() == null
            ? mirroredImage.withDigest(selected.digest())
            : mirroredImage.byDigest(selected.digest());
    return new Replicated(image, mirroredImage, source, stats.snapshot(), selected.notes());
  }
}
