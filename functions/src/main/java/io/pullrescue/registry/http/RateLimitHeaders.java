package io.pullrescue.registry.http;

import java.time.Duration;
import java.util.regex.Pattern;

/** {@code ratelimit-remaining: 20;w=21600}, as Docker Hub sends it. */
public final class RateLimitHeaders {
  private static final Pattern REMAINING = Pattern.compile("(\\d{1,9})(?:;w=(\\d{1,7}))?");
  private static final Duration DEFAULT_WINDOW = Duration.ofHours(6);

  private RateLimitHeaders() {}

  public static RateLimit parse(RegistryResponse response) {
    var header = REMAINING.matcher(response.header("ratelimit-remaining").orElse("").strip());
    if (!header.matches()) {
      return RateLimit.UNLIMITED;
    }
    var window = header.group(2);
    return new RateLimit(
        Long.parseLong(header.group(1)),
        window == null ? DEFAULT_WINDOW : Duration.ofSeconds(Long.parseLong(window)));
  }
}
