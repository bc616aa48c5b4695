package io.pullrescue.replication;

import io.pullrescue.image.Printable;
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

  /** What is left of it for somebody who has to leave so many pulls to others. */
  Quota sparing(long pulls) {
    return equals(UNLIMITED) ? this : new Quota(Math.max(0, remaining - pulls), window);
  }

  /** Throws where fewer requests than these will still be answered. */
  void demand(int requests) {
    if (requests > remaining) {
      throw new RegistryRefused(
          RegistryRefused.Reason.RATE_LIMITED,
          "%d more manifests are needed and %d may still be pulled within %s; nothing was moved"
              .formatted(requests, remaining, Printable.of(window.toString())),
          window);
    }
  }
}
