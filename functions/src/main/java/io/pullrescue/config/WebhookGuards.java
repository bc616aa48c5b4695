package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Defines whether a build is retried whose buildspec reads variables that its retry would not have,
 * or would have with other values: {@code CODEBUILD_WEBHOOK_*}, {@code CODEBUILD_INITIATOR} and
 * {@code CODEBUILD_SOURCE_VERSION}.
 */
public enum WebhookGuards {
  /** Such a build is not retried, because the retry could take another path, such as a release. */
  @JsonProperty("skip")
  SKIP,
  /** Such a build is retried. */
  @JsonProperty("ignore")
  IGNORE
}
