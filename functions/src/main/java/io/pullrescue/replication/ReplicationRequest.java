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
 * @param continuation what has been done for it before
 */
public record ReplicationRequest(
    Origin origin,
    ImageReference image,
    List<ImageReference> images,
    boolean decisive,
    @Nullable Platform platform,
    Continuation continuation) {
  /** Copies the list, so that a request never changes. */
  public ReplicationRequest {
    images = List.copyOf(images);
  }

  /** The same, where the origin waits for these. */
  public ReplicationRequest among(List<ImageReference> others) {
    return new ReplicationRequest(origin, image, others, decisive, platform, continuation);
  }

  /** A request for whatever platform, for which nothing has been done yet. */
  public ReplicationRequest(
      Origin origin, ImageReference image, List<ImageReference> images, boolean decisive) {
    this(origin, image, images, decisive, null, Continuation.NONE);
  }

  /** The same request, of an origin that runs on this. */
  public ReplicationRequest on(@Nullable Platform origins) {
    return new ReplicationRequest(origin, image, images, decisive, origins, continuation);
  }

  /** The same request, with this done for it. */
  public ReplicationRequest after(Continuation done) {
    return new ReplicationRequest(origin, image, images, decisive, platform, done);
  }
}
