package io.pullrescue.replication;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import java.util.List;

/**
 * One image to be copied, and for whom.
 *
 * @param image the image as the failure named it
 * @param images all images that this origin waits for, this one among them: the work runs again
 *     when the last of them is there
 */
public record ReplicationRequest(
    Origin origin, ImageReference image, List<ImageReference> images, boolean decisive) {
  /** Copies the list, so that a request never changes. */
  public ReplicationRequest {
    images = List.copyOf(images);
  }

  /** The same, where the origin waits for these. */
  public ReplicationRequest among(List<ImageReference> others) {
    return new ReplicationRequest(origin, image, others, decisive);
  }
}
