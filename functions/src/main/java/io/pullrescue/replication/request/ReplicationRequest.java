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
 * @param imagesOfTrigger the number of images that the trigger requests, which share its
 *     rate-limited requests
 * @param resumeState what earlier invocations have done
 */
public record ReplicationRequest(
    Trigger trigger,
    ImageReference image,
    List<ImageReference> requiredImages,
    boolean causedFailure,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    int imagesOfTrigger,
    ResumeState resumeState) {
  public ReplicationRequest {
    requiredImages = List.copyOf(requiredImages);
    imagesOfTrigger = Math.max(1, imagesOfTrigger);
  }

  /** Returns the request with other required images. */
  public ReplicationRequest withRequiredImages(List<ImageReference> images) {
    return new ReplicationRequest(
        trigger, image, images, causedFailure, platform, pullSecret, imagesOfTrigger, resumeState);
  }

  /** Creates a request for an unknown platform, for which nothing has been done yet. */
  public ReplicationRequest(
      Trigger trigger,
      ImageReference image,
      List<ImageReference> requiredImages,
      boolean causedFailure) {
    this(trigger, image, requiredImages, causedFailure, null, null, 1, ResumeState.NONE);
  }

  /** Returns the request for a workload on this platform. */
  public ReplicationRequest forPlatform(@Nullable Platform workloadPlatform) {
    return new ReplicationRequest(
        trigger,
        image,
        requiredImages,
        causedFailure,
        workloadPlatform,
        pullSecret,
        imagesOfTrigger,
        resumeState);
  }

  /** Returns the request with the secret that the workload's definition names. */
  public ReplicationRequest withPullSecret(@Nullable String secret) {
    return new ReplicationRequest(
        trigger,
        image,
        requiredImages,
        causedFailure,
        platform,
        secret,
        imagesOfTrigger,
        resumeState);
  }

  /** Returns the request with what was done for it so far. */
  public ReplicationRequest resumedFrom(ResumeState state) {
    return new ReplicationRequest(
        trigger,
        image,
        requiredImages,
        causedFailure,
        platform,
        pullSecret,
        imagesOfTrigger,
        state);
  }

  /** Returns the request of a trigger that requests this number of images. */
  public ReplicationRequest withImagesOfTrigger(int images) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, platform, pullSecret, images, resumeState);
  }
}
