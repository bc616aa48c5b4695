package io.pullrescue.ecr;

import io.pullrescue.image.ImageReference;
import java.util.Optional;

/** What the mirror holds. */
public interface MirrorLookupPort {
  /** The copy of this upstream image with its digest; empty where the mirror has none. */
  Optional<MirroredImage> find(ImageReference image);
}
