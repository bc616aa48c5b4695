package io.pullrescue.config;

/** How a retried build comes to the copies of images from Docker Hub. */
public enum ImageSubstitution {
  /**
   * The docker daemon of the build asks a registry mirror on 127.0.0.1 first, which has the copies
   * and nothing else. Where that cannot be, the build gets the tags.
   */
  MIRROR,
  /** The copies are pulled before anything else runs, and tagged with the names of the images. */
  TAG,
  /**
   * The build logs in to Docker Hub with the operator's secret, which CodeBuild puts into its
   * variables, and pulls from there. The role of the build must be allowed to read that secret.
   */
  LOGIN
}
