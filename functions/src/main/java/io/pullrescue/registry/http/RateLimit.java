package io.pullrescue.registry.http;

import io.pullrescue.text.HumanFormat;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The number of pulls that an upstream registry still allows the caller.
 *
 * @param remaining manifest requests that will still be answered
 * @param window the period over which the upstream counts; after it, the limit is reset
 * @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub pull limits</a>
 */
public record RateLimit(long remaining, Duration window) {
  /** The upstream did not report a limit. */
  public static final RateLimit UNLIMITED = new RateLimit(Long.MAX_VALUE, Duration.ZERO);

  /** As Docker Hub sends it, such as {@code 20;w=21600}. */
  private static final Pattern REMAINING = Pattern.compile("(\\d{1,9})(?:;w=(\\d{1,7}))?");

  private static final Duration DEFAULT_WINDOW = Duration.ofHours(6);

  /** Parses the header {@code ratelimit-remaining}; returns {@link #UNLIMITED} if it is absent. */
  public static RateLimit parse(RegistryResponse response) {
    var header = REMAINING.matcher(response.header("ratelimit-remaining").orElse("").strip());
    if (!header.matches()) {
      return UNLIMITED;
    }
    var seconds = header.group(2);
    return new RateLimit(
        Long.parseLong(header.group(1)),
        seconds == null ? DEFAULT_WINDOW : Duration.ofSeconds(Long.parseLong(seconds)));
  }

  /**
   * Returns whether requests count. Docker Hub reports no limit where it has none, as for accounts
   * with a paid plan.
   */
  public boolean isLimited() {
    return !equals(UNLIMITED);
  }

  /** Returns the limit that allows fewer pulls. */
  public RateLimit lower(RateLimit other) {
    return remaining <= other.remaining() ? this : other;
  }

  /** Returns the limit for a caller that must leave {@code reserve} pulls to others. */
  public RateLimit minusReserve(long reserve) {
    return isLimited() ? new RateLimit(Math.max(0, remaining - reserve), window) : this;
  }

  /** Throws a {@link RegistryException} if fewer than {@code requests} pulls are left. */
  public void requireAtLeast(int requests) {
    if (requests > remaining) {
      throw new RegistryException(
          RegistryException.Reason.RATE_LIMITED,
          "%d more manifests are needed, but the rate limit allows %d within %s; nothing was copied"
              .formatted(requests, remaining, HumanFormat.duration(window)),
          window);
    }
  }
}
