package io.pullrescue.registry.http;

import io.pullrescue.text.TextSanitizer;
import java.time.Duration;

/**
 * What an upstream says is left of the caller's pulls.
 *
 * @param remaining counted requests that will still be answered
 * @param window the time over which the upstream counts: after it, the quota is whole again
 * @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub's pull limits</a>
 */
public record RateLimit(long remaining, Duration window) {
  /** No limit was named. */
  public static final RateLimit UNLIMITED = new RateLimit(Long.MAX_VALUE, Duration.ZERO);

  /** What is left of it for somebody who has to leave so many pulls to others. */
  public RateLimit minusReserve(long reserve) {
    return equals(UNLIMITED) ? this : new RateLimit(Math.max(0, remaining - reserve), window);
  }

  /** Throws where fewer requests than these will still be answered. */
  public void requireAtLeast(int requests) {
    if (requests > remaining) {
      throw new RegistryException(
          RegistryException.Reason.RATE_LIMITED,
          "%d more manifests are needed and %d may still be pulled within %s; nothing was moved"
              .formatted(requests, remaining, TextSanitizer.sanitize(window.toString())),
          window);
    }
  }
}
