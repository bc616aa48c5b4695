package io.pullrescue.replication;

import java.time.Duration;

/**
 * What an upstream says is left of the caller's pulls.
 *
 * @param remaining counted requests that will still be answered
 * @param window the time over which the upstream counts: after it, the quota is whole again
 * @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub's pull limits</a>
 */
public record Quota(long remaining, Duration window) {
  /** No limit was named. */
  public static final Quota UNLIMITED = new Quota(Long.MAX_VALUE, Duration.ZERO);

  boolean covers(int requests) {
    return requests <= remaining;
  }
}
