package io.pullrescue.diagnosis.reference;

/** Names the place of an image reference relative to a phrase of a log line. */
public enum ReferencePosition {
  /** No reference belongs to the phrase. */
  NONE,
  /** {@code load metadata for REFERENCE}. */
  AFTER,
  /** {@code manifest for REFERENCE not found}. */
  AFTER_IF_NOT_FOUND,
  /** {@code failed to solve: REFERENCE: reason}. */
  AFTER_COLON,
  /** {@code REFERENCE: not found}. */
  BEFORE,
  /** As {@link #BEFORE}, but only names with a registry are accepted: others may be addresses. */
  BEFORE_IF_QUALIFIED,
  /** {@code reading manifest TAG in REPOSITORY}. */
  TAG_IN,
  /** {@code TAG: Pulling from REPOSITORY}. */
  TAG_BEFORE,
  /** {@code Downloading docker image REPOSITORY with tag TAG}. */
  TAG_AFTER,
  /** {@code Error pulling image (TAG) from REPOSITORY}. */
  TAG_FROM,
  /** {@code Tag TAG not found in repository REPOSITORY}. */
  TAG_NOT_FOUND,
  /** {@code /distribution/REFERENCE/json}, a path of the Docker Engine API. */
  API_PATH,
  /** {@code Pulling SERVICE (REFERENCE)...}. */
  IN_PARENTHESES,
  /** As {@link #AFTER}, where nothing but a reference can follow: a plain word is one. */
  AFTER_STRICT,
  /** {@code fromImage=REPOSITORY&tag=TAG}, a query of the Docker Engine API. */
  QUERY,
  /** {@code Image REFERENCE Pulling}. */
  AFTER_IF_PULLING,
  /**
   * As {@link #AFTER}, where the tool prints only full names: a name without registry or tag was
   * cut at the width of the terminal.
   */
  AFTER_FULL_NAME,
  /** As {@link #AFTER}, where the tool prints only names with a registry. */
  AFTER_QUALIFIED,
  /** As {@link #AFTER}, but only names with a registry are accepted: others may be words. */
  AFTER_IF_QUALIFIED,
  /** As {@link #AFTER}, but only names with a tag or digest are accepted: others may be words. */
  AFTER_IF_PINNED,
  /** The phrase is the name of a container tool, which a command may follow. */
  TOOL,
  /** The phrase is the path of a request to a registry, {@code /v2/...}. */
  URL,
  /** {@code dial tcp: lookup HOST}: a host that could not be reached. */
  HOST;

  /** Returns whether the phrase counts as a match even if no reference is found beside it. */
  public boolean matchesWithoutReference() {
    return this == NONE
        || this == AFTER
        || this == AFTER_STRICT
        || this == AFTER_FULL_NAME
        || this == AFTER_QUALIFIED
        || this == TAG_IN;
  }
}
