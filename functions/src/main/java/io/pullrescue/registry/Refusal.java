package io.pullrescue.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Printable;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an answer that is no success means.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI
 *     distribution error codes</a>
 */
final class Refusal {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BODY = 64 * 1024;

  /** No sentence has words so long; tokens and their identifiers are. */
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/_-]{40,}+=*");

  /** Registries do not tell strangers which of the two it is. */
  private static final String DENIED = "it does not exist, or needs a login that may read it";

  private Refusal() {}

  /** The exception for an answer that is no success; reads its body, and closes it. */
  static RegistryRefused of(String what, Answer answer) {
    try (answer) {
      var said = answer.status() == 401 || answer.status() == 403 ? DENIED : said(answer);
      var message = "%s: %d%s".formatted(what, answer.status(), said.isEmpty() ? "" : " " + said);
      return new RegistryRefused(
          reason(answer.status(), said), message, Waiting.after(answer, said));
    }
  }

  private static Reason reason(int status, String said) {
    return switch (status) {
      case 401, 403 -> Reason.DENIED;
      case 404 -> Reason.NOT_FOUND;
      case 408, 500, 502, 503, 504 -> Reason.UNREACHABLE;
      case 429 -> Reason.RATE_LIMITED;
      default -> said.contains("immutable") ? Reason.TAG_IMMUTABLE : Reason.UNFIT;
    };
  }

  private static String said(Answer answer) {
    try {
      var body = answer.body(LARGEST_BODY);
      var error = JSON.readTree(body).path("errors").path(0);
      var text = error.path("code").asText("") + " " + error.path("message").asText("");
      return Printable.of(LONG_WORD.matcher(text.strip()).replaceAll("(hidden)"));
    } catch (IOException | RegistryRefused notWorthReading) {
      return "";
    }
  }

  /** How long the registry wants to be left alone. */
  static final class Waiting {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofSeconds(1_000_000);

    private Waiting() {}

    static Duration after(Answer answer, String said) {
      return answer
          .header("Retry-After")
          .flatMap(header -> seconds(header, answer))
          .orElseGet(() -> untilQuota(answer, said));
    }

    /** Seconds, or a date: read by the clock of the registry that wrote it, not by ours. */
    private static Optional<Duration> seconds(String header, Answer answer) {
      if (header.strip().matches("\\d{1,6}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())));
      }
      var then = date(header);
      return answer
          .header("Date")
          .flatMap(Waiting::date)
          .flatMap(now -> then.map(it -> Duration.between(now, it)))
          .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
          .filter(wait -> wait.compareTo(LONGEST) < 0);
    }

    private static Optional<Instant> date(String header) {
      try {
        return Optional.of(
            DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip(), Instant::from));
      } catch (DateTimeParseException notADate) {
        return Optional.empty();
      }
    }

    /** A spent quota is not worth asking again in a moment; a burst limit is. */
    private static Duration untilQuota(Answer answer, String said) {
      var quota = QuotaHeaders.read(answer);
      if (quota.remaining() == 0) {
        return quota.window();
      }
      return said.contains("pull rate limit") ? HOUR : Duration.ZERO;
    }
  }
}
