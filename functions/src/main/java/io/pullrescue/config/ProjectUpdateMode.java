package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Defines what may be changed in CodeBuild projects whose builds accept no overrides: those that a
 * pipeline or a batch starts.
 */
public enum ProjectUpdateMode {
  /** Projects are not changed. */
  @JsonProperty("off")
  OFF,
  /** The project uses the mirrored image until its next build succeeds. */
  @JsonProperty("until-success")
  UNTIL_SUCCESS,
  /** The project keeps using the mirrored image. */
  @JsonProperty("permanent")
  PERMANENT
}
