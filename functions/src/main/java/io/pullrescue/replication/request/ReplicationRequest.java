package io.pullrescue.replication.request;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests one image for a trigger.
 *
 * @param image the upstream image
 * @param requiredImages all images that the workload waits for, as its failure named them; it is
 *     retried when the last of them is mirrored
 * @param causedFailure whether the workload failed because of this image
 * @param platform the platform of the workload; null if it is unknown
 * @param pullSecret the name or ARN of the secret that the workload's definition names for the
 *     image; null if it names none
 * @param resumeState what earlier invocations have done
 */
public record ReplicationRequest(
    Trigger trigger,
    ImageReference image,
    List<ImageReference> requiredImages,
    boolean causedFailure,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    ResumeState resumeState) {
  public ReplicationRequest {
    requiredImages = List.copyOf(requiredImages);
  }

  /** Returns the request with other required images. */
  public ReplicationRequest withRequiredImages(List<ImageReference> images) {
    return new ReplicationRequest(
        trigger, image, images, causedFailure, platform, pullSecret, resumeState);
  }

  /** Creates a request for an unknown platform, for which nothing has been done yet. */
  public ReplicationRequest(
      Trigger trigger,
      ImageReference image,
      List<ImageReference> requiredImages,
      boolean causedFailure) {
    this(trigger, image, requiredImages, causedFailure, null, null, ResumeState.NONE);
  }

  /** Returns the request for a workload on this platform. */
  public ReplicationRequest forPlatform(@Nullable Platform workloadPlatform) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, workloadPlatform, pullSecret, resumeState);
  }

  /** Returns the request with the secret that the workload's definition names. */
  public ReplicationRequest withPullSecret(@Nullable String secret) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, platform, secret, resumeState);
  }

  /** Returns the request with what was done for it so far. */
  public ReplicationRequest resumedFrom(ResumeState state) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, platform, pullSecret, state);
  }
}
