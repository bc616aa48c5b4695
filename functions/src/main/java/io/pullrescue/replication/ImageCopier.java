package io.pullrescue.replication;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.AsyncCall;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.PlatformSelector.SelectedManifest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies an image from one source: reads all manifests, then copies the blobs, then writes the
 * manifests, children before parents and the tag last. Referrers follow after the image.
 */
final class ImageCopier {
  private static final Logger LOG = LoggerFactory.getLogger(ImageCopier.class);

  private final ImageReference image;
  private final MirrorDestination destination;
  private final CopyOptions options;
  private final CopyLimits limits;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final ParallelExecutor executor;
  private final CopyStats.Collector stats;

  ImageCopier(
      ImageReference image,
      MirrorDestination destination,
      CopyOptions options,
      CopyLimits limits,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStats.Collector stats) {
    this.image = image;
    this.destination = destination;
    this.options = options;
    this.limits = limits;
    this.deadline = deadline;
    this.listener = listener;
    this.executor = new ParallelExecutor(limits.maxConcurrentBlobs(), deadline);
    this.stats = stats;
  }

  /**
   * Copies an image that is known to exist in this source; a repository is created only for such an
   * image.
   */
  SelectedManifest copy(Digest digest, RateLimit rateLimit, SourceRepository source) {
    destination.createIfAbsent();
    var selected =
        new PlatformSelector(options.platform(), options.reservedPulls())
            .select(digest, rateLimit, source, destination.mirrorReference(), stats);
    var plan = plan(selected.digest(), selected.rateLimit(), source);
    LOG.atInfo()
        .addKeyValue("image", image)
        .addKeyValue("digest", selected.digest())
        .addKeyValue("bytes", plan.totalBytes())
        .addKeyValue("blobs", plan.blobs().size())
        .log("copying an image");
    var referrerCopier = new ReferrerCopier(destination, this, executor);
    try (var referrerLookup =
        new AsyncCall<>(() -> referrerCopier.find(selected.digest(), source))) {
      execute(plan, source, selected.mirrorReference(), listener);
      destination.markNonEmpty();
      var notes = referrerCopier.copyAll(referrerLookup.join(), source);
      return new SelectedManifest(
          selected.digest(),
          selected.rateLimit(),
          selected.mirrorReference(),
          Stream.concat(selected.notes().stream(), notes.stream()).toList());
    }
  }

  /** Copies a referrer, which is small and therefore not reported to the listener. */
  void copyReferrer(
      Digest digest, RateLimit rateLimit, SourceRepository source, ImageReference mirrorReference) {
    execute(plan(digest, rateLimit, source), source, mirrorReference, CopyProgressListener.NONE);
  }

  private CopyPlan plan(Digest digest, RateLimit rateLimit, SourceRepository source) {
    return new ManifestTreeFetcher(
            source, destination, limits.maxImageBytes(), options.reservedPulls(), stats, executor)
        .fetchTree(digest, rateLimit);
  }

  private void execute(
      CopyPlan plan,
      SourceRepository source,
      ImageReference mirrorReference,
      CopyProgressListener planListener) {
    var blobCopier = new BlobCopier(source, destination, deadline, planListener, stats);
    try {
      blobCopier.copyBlobs(plan.blobs(), executor);
    } catch (RegistryException exception) {
      keepCompleteManifests(plan, blobCopier, exception);
      throw exception;
    }
    for (var wave : plan.waves()) {
      executor.invokeAll(
          wave.stream()
              .map(manifest -> writeTask(manifest, plan, mirrorReference, blobCopier))
              .toList());
    }
  }

  private Callable<Manifest> writeTask(
      Manifest manifest, CopyPlan plan, ImageReference mirrorReference, BlobCopier blobCopier) {
    return () -> {
      try {
        write(manifest, plan, mirrorReference);
      } catch (RegistryException failure) {
        if (failure.reason() != Reason.CONTENT_MISSING) {
          throw failure;
        }
        LOG.warn("the mirror lacks content of a manifest; it is checked and copied once more");
        blobCopier.copyMissingBlobs(manifest);
        plan.childrenOf(manifest).stream()
            .filter(child -> !destination.hasManifest(child.digest()))
            .forEach(child -> write(child, plan, mirrorReference));
        write(manifest, plan, mirrorReference);
      }
      return manifest;
    };
  }

  private void write(Manifest manifest, CopyPlan plan, ImageReference mirrorReference) {
    if (manifest.equals(plan.root())) {
      putRoot(manifest, mirrorReference);
    } else {
      write(manifest.digest().value(), manifest);
    }
  }

  /** Sets the mirror's tag to an image that the mirror already has under another name. */
  void tag(Digest digest) {
    putRoot(
        destination.repository().getManifest(digest).requireDigest(digest),
        destination.mirrorReference());
  }

  /** Writes the root manifest under the tag of the reference, or under its digest without a tag. */
  private void putRoot(Manifest root, ImageReference mirrorReference) {
    write(
        mirrorReference.digest() == null ? mirrorReference.identifier() : root.digest().value(),
        root);
  }

  private void write(String identifier, Manifest manifest) {
    destination.repository().putManifest(identifier, manifest);
    stats.recordManifest(manifest);
  }

  /** Keeps complete platforms, so that the next attempt does not pull their manifests again. */
  private void keepCompleteManifests(
      CopyPlan plan, BlobCopier blobCopier, RegistryException exception) {
    List<Manifest> complete =
        plan.manifests().stream()
            .filter(manifest -> manifest.children().isEmpty() && !manifest.equals(plan.root()))
            .filter(blobCopier::hasAllBlobs)
            .toList();
    try {
      complete.forEach(manifest -> write(manifest.digest().value(), manifest));
    } catch (RegistryException suppressed) {
      exception.addSuppressed(suppressed);
    }
  }
}
