package io.pullrescue.retry;

/** How a retried build comes to the copies of images from Docker Hub. */
public enum RescueCommands {
  /**
   * The docker daemon of the build asks a registry mirror on 127.0.0.1 first, which has the copies
   * and nothing else. Where that cannot be, the build gets the tags.
   */
  MIRROR,
  /** The copies are pulled before anything else runs, and tagged with the names of the images. */
  TAGS
}
