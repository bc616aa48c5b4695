package io.pullrescue.replication;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image to be copied, and for whom.
 *
 * @param image the image to be copied
 * @param images all images that this origin waits for, as its failure named them: the work runs
 *     again when the last of them is there
 * @param platform what the origin runs on; null where nobody can tell
 * @param credentials the name or ARN of the secret that the origin's definition has for the
 *     registry of the image; null where it has none
 * @param continuation what has been done for it before
 */
public record ReplicationRequest(
    Origin origin,
    ImageReference image,
    List<ImageReference> images,
    boolean decisive,
    @Nullable Platform platform,
    @Nullable String credentials,
    Continuation continuation) {
  /** Copies the list, so that a request never changes. */
  public ReplicationRequest {
    images = List.copyOf(images);
  }

  /** The same, where the origin waits for these. */
  public ReplicationRequest among(List<ImageReference> others) {
    return new ReplicationRequest(
        origin, image, others, decisive, platform, credentials, continuation);
  }

  /** A request for whatever platform, for which nothing has been done yet. */
  public ReplicationRequest(
      Origin origin, ImageReference image, List<ImageReference> images, boolean decisive) {
    this(origin, image, images, decisive, null, null, Continuation.NONE);
  }

  /** The same request, of an origin that runs on this. */
  public ReplicationRequest on(@Nullable Platform origins) {
    return new ReplicationRequest(
        origin, image, images, decisive, origins, credentials, continuation);
  }

  /** The same request, with what its origin's definition names to log in with. */
  public ReplicationRequest with(@Nullable String secret) {
    return new ReplicationRequest(origin, image, images, decisive, platform, secret, continuation);
  }

  /** The same request, with this done for it. */
  public ReplicationRequest after(Continuation done) {
    return new ReplicationRequest(origin, image, images, decisive, platform, credentials, done);
  }
}
