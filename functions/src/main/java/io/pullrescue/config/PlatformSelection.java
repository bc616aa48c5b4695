package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Selects the platforms of an image that are mirrored. */
public enum PlatformSelection {
  /** All platforms: the mirrored image has the digest that the image has upstream. */
  @JsonProperty("all")
  ALL,
  /** Only the platform that the failed workload runs on, under its own digest. */
  @JsonProperty("needed")
  NEEDED
}
