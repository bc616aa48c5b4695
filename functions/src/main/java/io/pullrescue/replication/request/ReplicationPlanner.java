package io.pullrescue.replication.request;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which images of a diagnosis are worth copying. Pure. */
public final class ReplicationPlanner {
  /** Docker builds name few images; a text that names more is not read as a list of orders. */
  private static final int MAX_IMAGES = 10;

  private final MirrorNaming mirrorNaming;

  /** Plans for this mirror; its upstreams are the allowed ones. */
  public ReplicationPlanner(MirrorNaming mirrorNaming) {
    this.mirrorNaming = mirrorNaming;
  }

  /** The copies that would help this origin. */
  public ReplicationPlan plan(Trigger trigger, PullFailed diagnosis) {
    if (diagnosis.images().isEmpty()) {
      return new ReplicationPlan.ReportOnly("the failure does not say which image it was");
    }
    // As the failure named it, which may be by the mirror's own name, to what is to be copied.
    var imagesToCopy = new LinkedHashMap<ImageReference, ImageReference>();
    for (var image : diagnosis.images().stream().limit(MAX_IMAGES).toList()) {
      imageToCopy(diagnosis, image).ifPresent(upstream -> imagesToCopy.put(image, upstream));
    }
    return imagesToCopy.isEmpty()
        ? new ReplicationPlan.ReportOnly(rejectionReason(diagnosis))
        : new ReplicationPlan.Replicate(requests(trigger, imagesToCopy, diagnosis.causedFailure()));
  }

  /** What the images of this plan are going to be in the mirror. */
  public List<ImageReference> mirrorReferences(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate replicate ->
          replicate.requests().stream()
              .flatMap(request -> mirrorNaming.mirrorReference(request.image()).stream())
              .toList();
      case ReplicationPlan.ReportOnly _ -> List.of();
    };
  }

  private static List<ReplicationRequest> requests(
      Trigger trigger, Map<ImageReference, ImageReference> imagesToCopy, boolean causedFailure) {
    var requiredImages = List.copyOf(imagesToCopy.keySet());
    return imagesToCopy.values().stream()
        .distinct()
        .map(image -> new ReplicationRequest(trigger, image, requiredImages, causedFailure))
        .toList();
  }

  /**
   * The image to copy for this one; empty where a copy cannot help or its upstream is not allowed.
   */
  private Optional<ImageReference> imageToCopy(PullFailed diagnosis, ImageReference image) {
    var cause = diagnosis.cause();
    if (cause == Cause.IMAGE_NOT_FOUND || isDeniedToCodeBuild(diagnosis)) {
      return mirrorNaming.upstreamReference(image);
    }
    return Optional.of(image)
        .filter(imageReference ->
            cause.isFixableByMirroring()
                && mirrorNaming.mirrorReference(imageReference).isPresent());
  }

  /**
   * The image that a build runs in is pulled by CodeBuild, which only a repository's own policy
   * lets in: what is not there has none. A copy comes with one.
   */
  private static boolean isDeniedToCodeBuild(PullFailed diagnosis) {
    return diagnosis.cause() == Cause.ACCESS_DENIED
        && diagnosis.evidence().source() == TextSource.PHASE_CONTEXT;
  }

  private String rejectionReason(PullFailed diagnosis) {
    var names =
        diagnosis.images().stream()
            .map(ImageReference::familiarString)
            .collect(Collectors.joining(", "));
    return switch (diagnosis.cause()) {
      case RATE_LIMITED, UPSTREAM_ERROR, NETWORK ->
          names + ": " + mirrorNaming.rejectionReason(diagnosis.images().getFirst());
      case IMAGE_NOT_FOUND -> names + ": no such image upstream; check the name and the tag";
      case UNAUTHENTICATED -> names + ": the registry wants credentials, or refused those it got";
      case ACCESS_DENIED -> names + ": the registry refuses whoever pulled; a copy cannot help";
      case PLATFORM_MISMATCH -> names + ": the image does not exist for that platform";
      case DISK_FULL -> names + ": the host that pulled had no room left";
      case INVALID_REFERENCE -> "the reference is not legal; check its spelling";
    };
  }
}
