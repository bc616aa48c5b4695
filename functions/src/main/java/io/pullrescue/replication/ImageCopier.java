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
import io.pullrescue.replication.ManifestTreeFetcher.Limits;
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
  /**
   * The bytes that all attachments of an image may have together. Signatures have some kilobytes,
   * attestations and SBOMs of large images some megabytes each.
   */
  private static final long MAX_ATTACHMENT_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ImageCopier.class);

  private final ImageReference image;
  private final MirrorDestination destination;
  private final CopyOptions options;
  private final CopyLimits limits;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final ParallelExecutor executor;
  private final CopyStats.Collector stats;
  private final ByteBudget byteBudget;

  ImageCopier(
      ImageReference image,
      MirrorDestination destination,
      CopyOptions options,
      CopyLimits limits,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStats.Collector stats,
      ByteBudget byteBudget) {
    this.image = image;
    this.destination = destination;
    this.options = options;
    this.limits = limits;
    this.deadline = deadline;
    this.listener = listener;
    this.executor = new ParallelExecutor(limits.maxConcurrentBlobs(), deadline);
    this.stats = stats;
    this.byteBudget = byteBudget;
  }

  /**
   * Copies an image that is known to exist in this source; a repository is created only for such an
   * image.
   */
  SelectedManifest copy(Digest digest, RateLimit rateLimit, SourceRepository source) {
    destination.createIfAbsent();
    var requestBudget = RequestBudget.of(options, stats);
    var selected =
        new PlatformSelector(options.platform(), requestBudget)
            .select(digest, rateLimit, source, destination.mirrorReference());
    var placement = destination.place(selected.mirrorReference(), selected.digest());
    destination.checkTagsMutable(placement, selected.digest());
    var plan =
        plan(
            selected.digest(),
            selected.rateLimit(),
            source,
            Limits.forImage(limits.maxImageBytes()),
            requestBudget);
    LOG.atInfo()
        .addKeyValue("image", image)
        .addKeyValue("digest", selected.digest())
        .addKeyValue("bytes", plan.totalBytes())
        .addKeyValue("blobs", plan.blobs().size())
        .log("copying an image");
    var referrerCopier = new ReferrerCopier(destination, this, options.movesTags(), executor);
    try (var referrerLookup =
        new AsyncCall<>(() -> referrerCopier.find(selected.digest(), source))) {
      execute(plan, source, placement.missing(), listener, options.maxBytes());
      destination.markNonEmpty();
      var notes =
          referrerCopier.copyAll(
              referrerLookup.join(),
              source,
              Math.min(MAX_ATTACHMENT_BYTES, limits.maxImageBytes() - plan.totalBytes()),
              requestBudget.forAttachments());
      return new SelectedManifest(
          selected.digest(),
          selected.rateLimit(),
          placement.mirrorReference(),
          Stream.of(selected.notes(), placement.notes(), notes).flatMap(List::stream).toList());
    }
  }

  /**
   * Copies a referrer, which is small and therefore not reported to the listener.
   *
   * @param maxBytes the bytes that the blobs of this referrer may have
   * @return the bytes that they have
   */
  long copyReferrer(
      Digest digest,
      RateLimit rateLimit,
      SourceRepository source,
      ImageReference mirrorReference,
      long maxBytes,
      RequestBudget requestBudget) {
    var plan = plan(digest, rateLimit, source, Limits.forAttachment(maxBytes), requestBudget);
    execute(plan, source, List.of(mirrorReference), CopyProgressListener.NONE, Long.MAX_VALUE);
    return plan.totalBytes();
  }

  private CopyPlan plan(
      Digest digest,
      RateLimit rateLimit,
      SourceRepository source,
      Limits treeLimits,
      RequestBudget requestBudget) {
    return new ManifestTreeFetcher(source, destination, treeLimits, requestBudget, executor)
        .fetchTree(digest, rateLimit);
  }

  private void execute(
      CopyPlan plan,
      SourceRepository source,
      List<ImageReference> mirrorReferences,
      CopyProgressListener planListener,
      long maxBytes) {
    var blobCopier = new BlobCopier(source, destination, deadline, planListener, stats, byteBudget);
    try {
      blobCopier.copyBlobs(plan, executor, maxBytes);
    } catch (RegistryException exception) {
      keepCompleteManifests(plan, blobCopier, exception);
      throw exception;
    }
    for (var wave : plan.waves()) {
      executor.invokeAll(
          wave.stream()
              .map(manifest -> writeTask(manifest, plan, mirrorReferences, blobCopier))
              .toList());
    }
  }

  private Callable<Manifest> writeTask(
      Manifest manifest,
      CopyPlan plan,
      List<ImageReference> mirrorReferences,
      BlobCopier blobCopier) {
    return () -> {
      try {
        write(manifest, plan, mirrorReferences);
      } catch (RegistryException failure) {
        if (failure.reason() != Reason.CONTENT_MISSING) {
          throw failure;
        }
        LOG.warn("the mirror lacks content of a manifest; it is checked and copied once more");
        blobCopier.copyMissingBlobs(manifest);
        plan.childrenOf(manifest).stream()
            .filter(child -> !destination.hasManifest(child.digest()))
            .forEach(child -> write(child, plan, mirrorReferences));
        write(manifest, plan, mirrorReferences);
      }
      return manifest;
    };
  }

  private void write(Manifest manifest, CopyPlan plan, List<ImageReference> mirrorReferences) {
    if (manifest.equals(plan.root())) {
      putRoot(manifest, mirrorReferences);
    } else {
      write(manifest.digest().value(), manifest);
    }
  }

  /** Sets tags of the mirror to an image that it already has under another name. */
  void tag(Digest digest, List<ImageReference> mirrorReferences) {
    putRoot(destination.repository().getManifest(digest).requireDigest(digest), mirrorReferences);
  }

  /** Writes the root manifest under the tags of the references, or under its digest. */
  private void putRoot(Manifest root, List<ImageReference> mirrorReferences) {
    for (var mirrorReference : mirrorReferences) {
      write(
          mirrorReference.digest() == null ? mirrorReference.identifier() : root.digest().value(),
          root);
    }
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
