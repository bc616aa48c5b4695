package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import java.util.Optional;

/** What the mirror holds. */
public interface Copies {
  /** The copy of this upstream image with its digest; empty where the mirror has none. */
  Optional<Copy> find(ImageReference image);
}
