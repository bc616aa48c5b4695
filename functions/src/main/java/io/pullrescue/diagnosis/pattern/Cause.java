package io.pullrescue.diagnosis.pattern;

/** Names the cause of a failed pull: that of the last fatal error. */
public enum Cause {
  /** The registry answered with status 429, {@code toomanyrequests} or the name of a limit. */
  RATE_LIMITED,
  /** The registry has no such repository, tag or digest. */
  IMAGE_NOT_FOUND,
  /** The credentials are missing or wrong. */
  UNAUTHENTICATED,
  /**
   * The registry knows the client and denies the pull, or does not reveal whether the image exists.
   */
  ACCESS_DENIED,
  /** No complete answer arrived: name resolution, connection, TLS, a proxy or a time-out. */
  NETWORK,
  /** The image exists, but not for this operating system or architecture. */
  PLATFORM_MISMATCH,
  /** The host that pulled has no disk space left. */
  DISK_FULL,
  /** The text given as an image reference is not one. */
  INVALID_REFERENCE,
  /** The registry answered with an error of its own, or the reason cannot be read. */
  UPSTREAM_ERROR;

  /**
   * Returns whether a mirrored image avoids this cause: upstream has the image and did not serve it
   * at that time.
   */
  public boolean isFixableByMirroring() {
    return switch (this) {
      case RATE_LIMITED, NETWORK, UPSTREAM_ERROR -> true;
      case IMAGE_NOT_FOUND,
          UNAUTHENTICATED,
          ACCESS_DENIED,
          PLATFORM_MISMATCH,
          DISK_FULL,
          INVALID_REFERENCE ->
          false;
    };
  }
}
