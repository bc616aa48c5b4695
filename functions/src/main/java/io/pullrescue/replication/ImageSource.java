package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.SourceRepository;

/**
 * A place that the image can be had from.
 *
 * @param description what sets it apart from another source of the same name, for messages
 */
record ImageSource(ImageReference reference, SourceRepository repository, String description) {
  @Override
  public String toString() {
    return reference.registry() + " " + description;
  }
}
