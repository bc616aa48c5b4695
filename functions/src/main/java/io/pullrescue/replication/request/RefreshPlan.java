package io.pullrescue.replication.request;

import io.pullrescue.image.ImageReference;
import java.util.List;

/**
 * Which tags of the mirror upstream is asked about again.
 *
 * @param images those, as they are called upstream
 * @param unused how many are left as they are because nobody has pulled them since they came
 * @param excluded how many are no tags of upstream's, or denied
 * @param deferred how many are too many for once
 */
public record RefreshPlan(List<ImageReference> images, int unused, int excluded, int deferred) {
  /** Copies the list, so that it never changes. */
  public RefreshPlan {
    images = List.copyOf(images);
  }
}
