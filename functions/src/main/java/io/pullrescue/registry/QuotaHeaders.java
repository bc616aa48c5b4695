package io.pullrescue.registry;

import io.pullrescue.replication.Quota;
import java.time.Duration;
import java.util.regex.Pattern;

/** {@code ratelimit-remaining: 20;w=21600}, as Docker Hub sends it. */
final class QuotaHeaders {
  private static final Pattern REMAINING = Pattern.compile("(\\d{1,9})(?:;w=(\\d{1,7}))?");
  private static final Duration SIX_HOURS = Duration.ofHours(6);

  private QuotaHeaders() {}

  static Quota read(Answer answer) {
    var header = REMAINING.matcher(answer.header("ratelimit-remaining").orElse("").strip());
    if (!header.matches()) {
      return Quota.UNLIMITED;
    }
    var window = header.group(2);
    return new Quota(
        Long.parseLong(header.group(1)),
        window == null ? SIX_HOURS : Duration.ofSeconds(Long.parseLong(window)));
  }
}
