package io.pullrescue.replication.request;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.PlaceholderNames;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which images of a diagnosis are mirrored. */
public final class ReplicationPlanner {
  /** Limits what a text from outside can request; Docker builds name few images. */
  private static final int MAX_IMAGES = 10;

  private final MirrorNaming mirrorNaming;

  /** Creates a planner for a mirror, whose upstreams are the allowed ones. */
  public ReplicationPlanner(MirrorNaming mirrorNaming) {
    this.mirrorNaming = mirrorNaming;
  }

  /** Returns the images to mirror for this trigger, or why there are none. */
  public ReplicationPlan plan(Trigger trigger, PullFailed diagnosis) {
    if (diagnosis.images().isEmpty()) {
      return new ReplicationPlan.ReportOnly("the failure does not name the image");
    }
    // From the image in the failure, which may be a reference to the mirror, to the upstream image.
    var imagesToCopy = new LinkedHashMap<ImageReference, ImageReference>();
    for (var image : diagnosis.images().stream().limit(MAX_IMAGES).toList()) {
      imageToCopy(diagnosis, image).ifPresent(upstream -> imagesToCopy.put(image, upstream));
    }
    return imagesToCopy.isEmpty()
        ? new ReplicationPlan.ReportOnly(rejectionReason(diagnosis))
        : new ReplicationPlan.Replicate(requests(trigger, imagesToCopy, diagnosis.causedFailure()));
  }

  /** Returns the references that the images of a plan will have in the mirror. */
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

  /** Returns the upstream image to mirror; empty if that does not help or is not allowed. */
  private Optional<ImageReference> imageToCopy(PullFailed diagnosis, ImageReference image) {
    if (PlaceholderNames.isPlaceholder(image)) {
      return Optional.empty();
    }
    var cause = diagnosis.causeOf(image);
    if (cause.cause() == Cause.IMAGE_NOT_FOUND || isDeniedToCodeBuild(diagnosis)) {
      return mirrorNaming.upstreamReference(image);
    }
    // AWS Batch cuts a reason after 255 characters, often before it says that the mirror does not
    // have the image. What the mirror has is not copied again.
    if (cause.cause() == Cause.UPSTREAM_ERROR) {
      var upstream = mirrorNaming.upstreamReference(image);
      if (upstream.isPresent()) {
        return upstream;
      }
    }
    return Optional.of(image)
        .filter(imageReference ->
            cause.isFixableByMirroring()
                && mirrorNaming.mirrorReference(imageReference).isPresent());
  }

  /**
   * Returns whether CodeBuild itself, which pulls the image that a build runs in, was denied. Only
   * a repository's own policy allows it; a missing mirror repository has none, and a new one does.
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
    if (diagnosis.images().stream().allMatch(PlaceholderNames::isPlaceholder)) {
      return names + ": the name is a placeholder; write the name and the tag of an image";
    }
    if (diagnosis.isClientSide()) {
      return names + ": the client or its host failed; mirroring the image does not change that";
    }
    return switch (diagnosis.cause()) {
      case RATE_LIMITED, UPSTREAM_ERROR, NETWORK ->
          names + ": " + mirrorNaming.rejectionReason(diagnosis.images().getFirst());
      case IMAGE_NOT_FOUND ->
          names + ": the image does not exist upstream; check the name and the tag";
      case UNAUTHENTICATED ->
          names + ": the registry requires credentials, or rejected those that were sent";
      case ACCESS_DENIED ->
          names + ": the registry denied access; mirroring the image does not change that";
      case PLATFORM_MISMATCH -> names + ": the image does not exist for this platform";
      case DISK_FULL -> names + ": the disk of the host that pulled is full";
      case INVALID_REFERENCE -> "the image reference is invalid; check its spelling";
    };
  }
}
