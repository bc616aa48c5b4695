package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Selects the services, tasks or jobs that are retried from the mirrored image. */
public enum WorkloadRetryScope {
  /** None: failures are only reported. */
  @JsonProperty("off")
  OFF,
  /** Those with the tag {@code pull-rescue = on}. */
  @JsonProperty("tagged")
  TAGGED,
  /** All except those with the tag {@code pull-rescue = off}. */
  @JsonProperty("all")
  ALL
}
