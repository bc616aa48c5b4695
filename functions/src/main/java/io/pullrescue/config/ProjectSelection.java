package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Selects the CodeBuild projects whose builds are retried. */
public enum ProjectSelection {
  /** All except those with the tag {@code pull-rescue = off}. */
  @JsonProperty("all")
  ALL,
  /** Those with the tag {@code pull-rescue = on}. */
  @JsonProperty("tagged")
  TAGGED
}
