package io.pullrescue.replication.request;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image to be copied, and for whom.
 *
 * @param image the image to be copied
 * @param requiredImages all images that this origin waits for, as its failure named them: the work
 *     runs again when the last of them is there
 * @param platform what the origin runs on; null where nobody can tell
 * @param pullSecret the name or ARN of the secret that the origin's definition has for the registry
 *     of the image; null where it has none
 * @param resumeState what has been done for it before
 */
public record ReplicationRequest(
    Trigger trigger,
    ImageReference image,
    List<ImageReference> requiredImages,
    boolean causedFailure,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    ResumeState resumeState) {
  /** Copies the list, so that a request never changes. */
  public ReplicationRequest {
    requiredImages = List.copyOf(requiredImages);
  }

  /** The same, where the origin waits for these. */
  public ReplicationRequest withRequiredImages(List<ImageReference> images) {
    return new ReplicationRequest(
        trigger, image, images, causedFailure, platform, pullSecret, resumeState);
  }

  /** A request for whatever platform, for which nothing has been done yet. */
  public ReplicationRequest(
      Trigger trigger,
      ImageReference image,
      List<ImageReference> requiredImages,
      boolean causedFailure) {
    this(trigger, image, requiredImages, causedFailure, null, null, ResumeState.NONE);
  }

  /** The same request, of an origin that runs on this. */
  public ReplicationRequest forPlatform(@Nullable Platform workloadPlatform) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, workloadPlatform, pullSecret, resumeState);
  }

  /** The same request, with what its origin's definition names to log in with. */
  public ReplicationRequest withPullSecret(@Nullable String secret) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, platform, secret, resumeState);
  }

  /** The same request, with this done for it. */
  public ReplicationRequest resumedFrom(ResumeState state) {
    return new ReplicationRequest(
        trigger, image, requiredImages, causedFailure, platform, pullSecret, state);
  }
}
