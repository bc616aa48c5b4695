package io.pullrescue.replication;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import java.util.List;
import java.util.concurrent.Callable;

/** Moves one image from one source: all manifests read, then the blobs, then manifests written. */
final class ManifestTreeCopier {
  private final MirrorDestination destination;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final CopyLimits limits;
  private final ParallelExecutor executor;
  private final CopyStatsCollector stats;

  ManifestTreeCopier(
      MirrorDestination destination,
      Deadline deadline,
      CopyProgressListener listener,
      CopyLimits limits,
      CopyStatsCollector stats) {
    this.destination = destination;
    this.deadline = deadline;
    this.listener = listener;
    this.limits = limits;
    this.executor = new ParallelExecutor(limits.maxConcurrentBlobs(), deadline);
    this.stats = stats;
  }

  void copy(
      Digest wanted,
      RateLimit rateLimit,
      SourceRepository upstream,
      ImageReference mirrorReference) {
    execute(plan(wanted, rateLimit, upstream), upstream, mirrorReference);
  }

  /** All that has to move; nothing does where the quota is short of it. */
  CopyPlan plan(Digest wanted, RateLimit rateLimit, SourceRepository upstream) {
    var fetcher =
        new ManifestTreeFetcher(upstream, destination, limits.maxImageBytes(), stats, executor);
    return fetcher.fetchTree(wanted, rateLimit);
  }

  void execute(CopyPlan plan, SourceRepository upstream, ImageReference mirrorReference) {
    var blobCopier = new BlobCopier(upstream, destination, deadline, listener, stats);
    try {
      blobCopier.copyBlobs(plan.blobs(), executor);
    } catch (RegistryException exception) {
      keepCompleteManifests(plan, blobCopier, exception);
      throw exception;
    }
    for (var wave : plan.waves()) {
      executor.invokeAll(
          wave.stream().map(manifest -> writeTask(manifest, plan, mirrorReference)).toList());
    }
  }

  private Callable<Manifest> writeTask(
      Manifest manifest, CopyPlan plan, ImageReference mirrorReference) {
    return () -> {
      if (manifest.equals(plan.root())) {
        putRoot(manifest, mirrorReference);
      } else {
        write(manifest.digest().value(), manifest);
      }
      return manifest;
    };
  }

  /** The root, under the tag that people pull; a digest given by hand is never tagged. */
  void putRoot(Manifest root, ImageReference mirrorReference) {
    write(
        mirrorReference.digest() == null ? mirrorReference.identifier() : root.digest().value(),
        root);
  }

  private void write(String identifier, Manifest manifest) {
    destination.repository().putManifest(identifier, manifest);
    stats.recordManifest(manifest);
  }

  /** Platforms that are complete are kept, so that the next try does not pull them again. */
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
