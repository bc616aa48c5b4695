package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;

/**
 * A place that the image can be had from.
 *
 * @param remark what sets it apart from another source of the same name, for messages
 */
record Source(ImageReference reference, UpstreamRepository repository, String remark) {
  @Override
  public String toString() {
    return reference.registry() + " " + remark;
  }
}
