package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Selects what pull-rescue does after a failure: report, mirror or retry. */
public enum Mode {
  /** Diagnoses failures and reports them. */
  @JsonProperty("observe")
  OBSERVE,
  /** Mirrors images as well, but retries nothing. */
  @JsonProperty("replicate")
  REPLICATE,
  /** Mirrors images and retries the failed workloads. */
  @JsonProperty("rescue")
  RESCUE
}
