package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.HumanFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads all manifests of an image before the first blob is copied.
 *
 * <p>Upstreams count requests for manifests. If the rate limit does not suffice for all of them,
 * the copy does not start: half an image cannot be used, and the pulls for it would be lost.
 */
final class ManifestTreeFetcher {
  /** Allows an index within an index; deeper nesting does not occur in practice. */
  private static final int MAX_DEPTH = 2;

  /**
   * A hundred manifests of a hundred layers; see {@code ManifestParser} for the limit of each one.
   */
  private static final int MAX_DESCRIPTORS = 10_000;

  /** The manifests of an image are kept in memory until they are written. */
  private static final long MAX_MANIFEST_BYTES = 64L * 1024 * 1024;

  private final SourceRepository source;
  private final MirrorDestination destination;
  private final Limits limits;
  private final RequestBudget requestBudget;
  private final ParallelExecutor executor;
  private final AtomicInteger descriptorCount = new AtomicInteger();
  private final AtomicLong manifestBytes = new AtomicLong();

  /**
   * Limits what is copied.
   *
   * @param subject what is copied, for messages
   * @param bytesLimitName the limit of the bytes, for messages
   */
  record Limits(
      String subject, int maxManifests, int maxBlobs, long maxBytes, String bytesLimitName) {
    static Limits forImage(long maxBytes) {
      return new Limits("the image", 100, 500, maxBytes, "`maxImageSizeGiB`");
    }

    /**
     * Limits an attachment. Signatures have some kilobytes, SBOMs and attestations of large images
     * some megabytes each. The OCI referrers tag is an index of all referrers.
     */
    static Limits forAttachment(long maxBytes) {
      return new Limits("the attachment", 10, 100, maxBytes, "what is left for all attachments");
    }
  }

  ManifestTreeFetcher(
      SourceRepository source,
      MirrorDestination destination,
      Limits limits,
      RequestBudget requestBudget,
      ParallelExecutor executor) {
    this.source = source;
    this.destination = destination;
    this.limits = limits;
    this.requestBudget = requestBudget;
    this.executor = executor;
  }

  /** Reads the manifest with this digest and all manifests that it refers to. */
  CopyPlan fetchTree(Digest digest, RateLimit initialRateLimit) {
    requestBudget.require(1, initialRateLimit);
    var root = fetchManifest(digest, initialRateLimit);
    var manifests = new ArrayList<>(List.of(root.manifest()));
    var seen = new HashSet<Digest>(List.of(digest));
    var level = manifests.stream().toList();
    var rateLimit = root.rateLimit().lower(initialRateLimit);
    for (var depth = 1; !level.isEmpty(); depth++) {
      var responses = fetchChildren(level, seen, rateLimit, depth);
      level = responses.stream().map(ManifestResponse::manifest).toList();
      manifests.addAll(0, level);
      rateLimit =
          responses.stream().map(ManifestResponse::rateLimit).reduce(rateLimit, RateLimit::lower);
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
    if (seen.size() > limits.maxManifests()) {
      throw invalid(
          "%s has more than %d manifests".formatted(limits.subject(), limits.maxManifests()));
    }
    if (!children.isEmpty() && depth > MAX_DEPTH) {
      throw invalid(
          "the indexes of %s are nested deeper than %d".formatted(limits.subject(), MAX_DEPTH));
    }
    var missing = missingInMirror(children);
    requestBudget.require(missing.size(), rateLimit);
    return executor.invokeAll(missing.stream().map(child -> fetchTask(child, rateLimit)).toList());
  }

  /** A child that the mirror has is complete, because the mirror rejects incomplete manifests. */
  private List<Descriptor> missingInMirror(List<Descriptor> children) {
    List<Callable<List<Descriptor>>> lookups = new ArrayList<>();
    for (var child : children) {
      lookups.add(() -> destination.hasManifest(child.digest()) ? List.of() : List.of(child));
    }
    return executor.invokeAll(lookups).stream().flatMap(List::stream).toList();
  }

  private Callable<ManifestResponse> fetchTask(Descriptor child, RateLimit rateLimit) {
    return () -> {
      var response = fetchManifest(child.digest(), rateLimit);
      if (response.manifest().size() != child.size()) {
        throw invalid(
            "manifest %s does not have the size that its index specifies"
                .formatted(child.digest()));
      }
      return response;
    };
  }

  private ManifestResponse fetchManifest(Digest digest, RateLimit rateLimit) {
    requestBudget.record(rateLimit);
    var response = source.getManifest(digest.value());
    requireWithinLimits(response.manifest().requireDigest(digest));
    return response;
  }

  /** Counts while manifests are read, so that no more of them are read than the limits allow. */
  private void requireWithinLimits(Manifest manifest) {
    if (descriptorCount.addAndGet(manifest.descriptorCount()) > MAX_DESCRIPTORS) {
      throw invalid(
          String.format(
              Locale.ROOT,
              "the manifests of the image refer to more than %,d blobs and manifests",
              MAX_DESCRIPTORS));
    }
    if (manifestBytes.addAndGet(manifest.size()) > MAX_MANIFEST_BYTES) {
      throw invalid(
          "the manifests of the image have more than " + HumanFormat.bytes(MAX_MANIFEST_BYTES));
    }
  }

  private static RegistryException invalid(String message) {
    return new RegistryException(Reason.INVALID_RESPONSE, message);
  }

  private CopyPlan requireWithinLimits(CopyPlan plan) {
    if (plan.blobs().size() > limits.maxBlobs()) {
      throw invalid("%s has more than %d blobs".formatted(limits.subject(), limits.maxBlobs()));
    }
    if (plan.totalBytes() > limits.maxBytes()) {
      throw invalid(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes, but the limit (%s) is %,d bytes; nothing was copied",
              limits.subject(),
              plan.totalBytes(),
              limits.bytesLimitName(),
              limits.maxBytes()));
    }
    return plan;
  }
}
