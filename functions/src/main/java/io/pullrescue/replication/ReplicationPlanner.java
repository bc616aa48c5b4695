package io.pullrescue.replication;

import io.pullrescue.diagnosis.Cause;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which images of a diagnosis are worth copying. Pure. */
public final class ReplicationPlanner {
  /** Docker builds name few images; a text that names more is not read as a list of orders. */
  private static final int MOST_IMAGES = 10;

  private final Mirror mirror;

  /** Plans for this mirror; its upstreams are the allowed ones. */
  public ReplicationPlanner(Mirror mirror) {
    this.mirror = mirror;
  }

  /** The copies that would help this origin. */
  public ReplicationPlan plan(Origin origin, PullFailed diagnosis) {
    if (diagnosis.images().isEmpty()) {
      return new ReplicationPlan.ReportOnly("the failure does not say which image it was");
    }
    // As the failure named it, which may be by the mirror's own name, to what is to be copied.
    var wanted = new LinkedHashMap<ImageReference, ImageReference>();
    for (var image : diagnosis.images().stream().limit(MOST_IMAGES).toList()) {
      upstream(diagnosis, image).ifPresent(upstream -> wanted.put(image, upstream));
    }
    return wanted.isEmpty()
        ? new ReplicationPlan.ReportOnly(whyNone(diagnosis))
        : new ReplicationPlan.Replicate(requests(origin, wanted, diagnosis.decisive()));
  }

  /** What the images of this plan are going to be in the mirror. */
  public List<ImageReference> copies(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate it ->
          it.requests().stream()
              .flatMap(request -> mirror.copyOf(request.image()).stream())
              .toList();
      case ReplicationPlan.ReportOnly it -> List.of();
    };
  }

  private static List<ReplicationRequest> requests(
      Origin origin, Map<ImageReference, ImageReference> wanted, boolean decisive) {
    var named = List.copyOf(wanted.keySet());
    return wanted.values().stream()
        .distinct()
        .map(image -> new ReplicationRequest(origin, image, named, decisive))
        .toList();
  }

  /**
   * The image to copy for this one; empty where a copy cannot help or its upstream is not allowed.
   */
  private Optional<ImageReference> upstream(PullFailed diagnosis, ImageReference image) {
    var cause = diagnosis.cause();
    if (cause == Cause.IMAGE_NOT_FOUND || isRefusedToCodeBuild(diagnosis)) {
      return mirror.upstreamOf(image);
    }
    return Optional.of(image).filter(it -> cause.isHealedByCopy() && mirror.copyOf(it).isPresent());
  }

  /**
   * The image that a build runs in is pulled by CodeBuild, which only a repository's own policy
   * lets in: what is not there has none. A copy comes with one.
   */
  private static boolean isRefusedToCodeBuild(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.ACCESS_DENIED
        && diagnosis.evidence().place() == Place.PHASE_CONTEXT;
  }

  private String whyNone(PullFailed diagnosis) {
    var names =
        diagnosis.images().stream().map(ImageReference::familiar).collect(Collectors.joining(", "));
    return switch (diagnosis.cause()) {
      case RATE_LIMITED, UPSTREAM_ERROR, NETWORK ->
          names + ": " + mirror.refusal(diagnosis.images().getFirst());
      case IMAGE_NOT_FOUND -> names + ": no such image upstream; check the name and the tag";
      case UNAUTHENTICATED -> names + ": the registry wants credentials, or refused those it got";
      case ACCESS_DENIED -> names + ": the registry refuses whoever pulled; a copy cannot help";
      case PLATFORM_MISMATCH -> names + ": the image does not exist for that platform";
      case DISK_FULL -> names + ": the host that pulled had no room left";
      case INVALID_REFERENCE -> "the reference is not legal; check its spelling";
    };
  }
}
