package io.pullrescue.diagnosis.pattern;

/** Why a pull failed. Only the decisive error counts: the last fatal one. */
public enum Cause {
  /** The registry said 429, {@code toomanyrequests}, or named a limit. */
  RATE_LIMITED,
  /** The registry knows no such repository, tag or digest. */
  IMAGE_NOT_FOUND,
  /** No credentials, or wrong ones. */
  UNAUTHENTICATED,
  /** The registry knows who asks, and says no; or will not say whether the image exists. */
  ACCESS_DENIED,
  /** Name resolution, connection, TLS, proxies, time-outs: no whole answer came. */
  NETWORK,
  /** The image exists, but not for this operating system or architecture. */
  PLATFORM_MISMATCH,
  /** The host that pulled had no room left. */
  DISK_FULL,
  /** The text given as a reference is none. */
  INVALID_REFERENCE,
  /** The registry answered with an error of its own, or the reason cannot be read. */
  UPSTREAM_ERROR;

  /** Whether the upstream has the image and only would not hand it over just now: a copy helps. */
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
