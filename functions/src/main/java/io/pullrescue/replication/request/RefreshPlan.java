package io.pullrescue.replication.request;

import io.pullrescue.image.ImageReference;
import java.util.List;

/**
 * Selects the mirrored tags that are checked for updates.
 *
 * @param images the upstream images of the selected tags
 * @param unused the number of tags that were not pulled since their last copy
 * @param excluded the number of tags without an upstream image, or with a denied one
 * @param deferred the number of tags beyond the limit of one refresh
 */
public record RefreshPlan(List<ImageReference> images, int unused, int excluded, int deferred) {
  public RefreshPlan {
    images = List.copyOf(images);
  }
}
