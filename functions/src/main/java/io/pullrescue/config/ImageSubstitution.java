package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Defines how a retried build finds its mirrored images. */
public enum ImageSubstitution {
  /**
   * The build's Docker daemon asks a registry mirror on 127.0.0.1 first, which serves only the
   * mirrored images. Where that is not possible, the images are tagged instead.
   */
  @JsonProperty("mirror")
  MIRROR,
  /** The images are pulled and tagged with their upstream names before the build's own commands. */
  @JsonProperty("tag")
  TAG,
  /**
   * The build logs in to Docker Hub with the configured credentials and pulls from there. The role
   * of the build must be allowed to read their secret.
   */
  @JsonProperty("login")
  LOGIN
}
