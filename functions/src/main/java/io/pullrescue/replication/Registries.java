package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import org.jspecify.annotations.Nullable;

/** Opens repositories over the distribution API. Nothing is sent before something is asked. */
public interface Registries {
  /** The repository of an image to be read; without a login, as a stranger. */
  UpstreamRepository upstream(ImageReference image, @Nullable Login login, Deadline deadline);

  /** The repository of a copy to be written. */
  MirrorRepository mirror(ImageReference copy, @Nullable Login login, Deadline deadline);
}
