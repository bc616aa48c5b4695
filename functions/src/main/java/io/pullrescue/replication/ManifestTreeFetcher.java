package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Reads all manifests of an image before the first blob moves.
 *
 * <p>Manifests are what upstreams count. Where the quota does not reach for all of them, nothing is
 * begun: half an image cannot be pulled, and the quota that it cost is gone.
 */
final class ManifestTreeFetcher {
  /** An index, its images, and an index within an index: nobody builds deeper. */
  private static final int MAX_DEPTH = 2;

  private static final int MAX_MANIFESTS = 100;
  private static final int MAX_BLOBS = 500;

  private final SourceRepository upstream;
  private final MirrorDestination destination;
  private final long maxBytes;
  private final CopyStatsCollector stats;
  private final ParallelExecutor executor;

  ManifestTreeFetcher(
      SourceRepository upstream,
      MirrorDestination destination,
      long maxBytes,
      CopyStatsCollector stats,
      ParallelExecutor executor) {
    this.upstream = upstream;
    this.destination = destination;
    this.maxBytes = maxBytes;
    this.stats = stats;
    this.executor = executor;
  }

  CopyPlan fetchTree(Digest wanted, RateLimit initialRateLimit) {
    initialRateLimit.requireAtLeast(1);
    var root = fetchManifest(wanted);
    var manifests = new ArrayList<>(List.of(root.manifest()));
    var seen = new HashSet<Digest>(List.of(wanted));
    var level = manifests.stream().toList();
    var rateLimit = root.rateLimit();
    for (var depth = 1; !level.isEmpty(); depth++) {
      var responses = fetchChildren(level, seen, rateLimit, depth);
      level = responses.stream().map(ManifestResponse::manifest).toList();
      manifests.addAll(0, level);
      rateLimit =
          responses.stream()
              .map(ManifestResponse::rateLimit)
              .reduce(rateLimit, ManifestTreeFetcher::lowest);
    }
    return requireWithinLimits(new CopyPlan(manifests));
  }

  private List<ManifestResponse> fetchChildren(
      List<Manifest> level, Set<Digest> seen, RateLimit rateLimit, int depth) {
    var children =
        level.stream()
            .flatMap(manifest -> manifest.children().stream())
            .filter(child -> seen.add(child.digest()))
            .toList();
    if ((!children.isEmpty() && depth > MAX_DEPTH) || seen.size() > MAX_MANIFESTS) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the image has more than %d manifests or indexes nested deeper than %d"
              .formatted(MAX_MANIFESTS, MAX_DEPTH));
    }
    var missing = missingInMirror(children);
    rateLimit.requireAtLeast(missing.size());
    return executor.invokeAll(missing.stream().map(child -> fetchTask(child)).toList());
  }

  /** A child that the mirror has is complete there: it would not have been taken otherwise. */
  private List<Descriptor> missingInMirror(List<Descriptor> children) {
    List<Callable<List<Descriptor>>> lookups = new ArrayList<>();
    for (var child : children) {
      lookups.add(() -> destination.hasManifest(child.digest()) ? List.of() : List.of(child));
    }
    return executor.invokeAll(lookups).stream().flatMap(List::stream).toList();
  }

  private Callable<ManifestResponse> fetchTask(Descriptor child) {
    return () -> {
      var response = fetchManifest(child.digest());
      if (response.manifest().size() != child.size()) {
        throw new RegistryException(
            Reason.INVALID_RESPONSE,
            "the manifest " + child.digest() + " has another size than its index says");
      }
      return response;
    };
  }

  private ManifestResponse fetchManifest(Digest digest) {
    stats.recordPull();
    var response = upstream.getManifest(digest.value());
    return new ManifestResponse(response.manifest().requireDigest(digest), response.rateLimit());
  }

  private static RateLimit lowest(RateLimit one, RateLimit other) {
    return one.remaining() <= other.remaining() ? one : other;
  }

  private CopyPlan requireWithinLimits(CopyPlan plan) {
    if (plan.blobs().size() > MAX_BLOBS) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE, "the image has more than " + MAX_BLOBS + " blobs");
    }
    if (plan.totalBytes() > maxBytes) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the image has %d bytes and at most %d are copied; nothing was moved"
              .formatted(plan.totalBytes(), maxBytes));
    }
    return plan;
  }
}
