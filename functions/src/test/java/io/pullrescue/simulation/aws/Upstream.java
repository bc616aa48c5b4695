package io.pullrescue.simulation.aws;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.PlantedBug;
import io.pullrescue.simulation.engine.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ecr.model.EcrException;

/**
 * An upstream registry with a rate limit, and the copy of its images into the mirror: blobs first,
 * then the manifest, then the tag. The engine that copies in the product is tested by itself; here
 * each of its steps is one call.
 */
public final class Upstream {
  private static final int REQUESTS_PER_COPY = 2;
  private static final Duration RETRY_AFTER = Duration.ofMinutes(20);
  private static final World.Api LOOK_UP = new World.Api("HeadManifest", false, false);
  private static final World.Api CREATE = new World.Api("CreateRepository", true, false);
  private static final World.Api UPLOAD = new World.Api("UploadLayerPart", true, false);
  private static final World.Api PUT = new World.Api("PutImage", true, false);

  private final World world;
  private final SimulatedEcr ecr;
  private final MirrorNaming mirror;
  private final Map<ImageReference, Integer> versions = new HashMap<>();
  private final Set<ImageReference> absent = new HashSet<>();
  private final Set<ImageReference> large = new HashSet<>();
  private final Set<String> uploaded = new HashSet<>();
  private long workloadsLimitedUntil;
  private long copiesLimitedUntil;

  /** Creates a registry without limits. */
  public Upstream(World world, SimulatedEcr ecr, MirrorNaming mirror) {
    this.world = world;
    this.ecr = ecr;
    this.mirror = mirror;
  }

  /** Limits the pulls of workloads, and those of copies, until these times. */
  public void limitUntil(Duration workloads, Duration copies) {
    workloadsLimitedUntil = workloads.toMillis();
    copiesLimitedUntil = copies.toMillis();
  }

  /** Deletes an image. */
  public void delete(ImageReference image) {
    absent.add(image);
  }

  /** Makes an image so large that its copy takes two invocations. */
  public void enlarge(ImageReference image) {
    large.add(image);
  }

  /** Moves the tag of an image to another digest. */
  public void move(ImageReference image) {
    versions.merge(image, 1, Integer::sum);
    world.record(new Fact.Acted(world.now(), "upstream moves " + image));
  }

  /** Returns whether a workload can pull an image now. */
  boolean serves(ImageReference image) {
    return world.now() >= workloadsLimitedUntil && !absent.contains(image);
  }

  /** Returns the digest of an image. */
  public Digest digest(ImageReference image) {
    var name = image + " " + versions.getOrDefault(image, 0);
    return Digest.of(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Copies an image as the replicator does. */
  public ReplicationResult copy(ImageReference image, CopyOptions options) {
    var mirrorReference = mirror.mirrorReference(image);
    if (mirrorReference.isEmpty()) {
      return new ReplicationResult.Failed(image, mirror.rejectionReason(image));
    }
    var digest = call(LOOK_UP, () -> digest(image));
    if (absent.contains(image)) {
      return new ReplicationResult.Failed(image, "there is no such image");
    }
    var repository = mirrorReference.get().repository();
    var placement = place(mirrorReference.get(), digest, options.movesTags());
    var mirrored = mirrorReference.get().withDigest(digest);
    var isStored = ecr.holds(mirrored);
    if (isStored && ecr.digest(repository, placement).equals(Optional.of(digest.value()))) {
      return new ReplicationResult.Replicated(
          image, mirrored, image, CopyStats.nothingCopied(Duration.ZERO), List.of());
    }
    var requests = 0;
    if (!isStored) {
      if (options.maxRateLimitedRequests() < REQUESTS_PER_COPY
          && !world.has(PlantedBug.IGNORE_REQUEST_BUDGET)) {
        return new ReplicationResult.Failed(
            image, "its share of `maxRateLimitedRequestsPerTrigger` is used up");
      }
      if (world.now() < copiesLimitedUntil) {
        // HEAD requests say so and do not count.
        return new ReplicationResult.Deferred(image, "429", RETRY_AFTER, stats(0, 0));
      }
      requests = REQUESTS_PER_COPY;
      world.record(
          new Fact.Pulled(world.now(), world.invocation().subject(), image.toString(), requests));
      create(repository);
      if (world.has(PlantedBug.TAG_BEFORE_BLOBS)) {
        tag(repository, placement, digest, image);
      }
      var isPartial = large.contains(image) && uploaded.add(repository + digest);
      call(UPLOAD, () -> true);
      if (isPartial) {
        return new ReplicationResult.Deferred(
            image, "the time is up", Duration.ZERO, stats(1, requests));
      }
      call(
          PUT,
          () -> {
            ecr.store(repository, digest.value());
            return true;
          });
    }
    tag(repository, placement, digest, image);
    return new ReplicationResult.Replicated(image, mirrored, image, stats(1, requests), List.of());
  }

  private void create(String repository) {
    call(
        CREATE,
        () -> {
          ecr.create(repository);
          return true;
        });
  }

  private void tag(String repository, String tag, Digest digest, ImageReference image) {
    call(
        PUT,
        () -> {
          ecr.tag(repository, tag, digest.value(), digest(image).value());
          return true;
        });
  }

  private static CopyStats stats(int manifests, int requests) {
    return new CopyStats(1000, manifests, 0, 0, manifests, requests, Duration.ofSeconds(3));
  }

  /** A failed workload does not move a tag of the mirror. */
  private String place(ImageReference mirrorReference, Digest digest, boolean movesTags) {
    var tag = String.valueOf(mirrorReference.tag());
    return movesTags
            || world.has(PlantedBug.MOVE_TAG_FOR_FAILURE)
            || ecr.digest(mirrorReference.repository(), tag)
                .filter(held -> !held.equals(digest.value()))
                .isEmpty()
        ? tag
        : String.valueOf(MirrorNaming.rescueReference(mirrorReference).tag());
  }

  private <T> T call(World.Api api, Supplier<T> action) {
    return world.call(
        api,
        action,
        () -> (RuntimeException) EcrException.builder().message("Rate exceeded").build());
  }
}
