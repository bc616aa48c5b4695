package io.pullrescue.registry.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
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
public final class ErrorResponseParser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BODY_BYTES = 64 * 1024;

  /** No sentence has words so long; tokens and their identifiers are. */
  private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9+/_-]{40,}+=*");

  /** Registries do not tell strangers which of the two it is. */
  private static final String DENIED_MESSAGE =
      "it does not exist, or needs a login that may read it";

  private ErrorResponseParser() {}

  /** The exception for an answer that is no success; reads its body, and closes it. */
  public static RegistryException toException(String operation, RegistryResponse response) {
    try (response) {
      var errorText =
          response.status() == 401 || response.status() == 403
              ? DENIED_MESSAGE
              : errorText(response);
      var message =
          "%s: %d%s"
              .formatted(operation, response.status(), errorText.isEmpty() ? "" : " " + errorText);
      return new RegistryException(
          reason(response.status(), errorText), message, RetryAfter.of(response, errorText));
    }
  }

  private static Reason reason(int status, String errorText) {
    return switch (status) {
      case 401, 403 -> Reason.DENIED;
      case 404 -> Reason.NOT_FOUND;
      case 408, 500, 502, 503, 504 -> Reason.UNAVAILABLE;
      case 429 -> Reason.RATE_LIMITED;
      default -> errorText.contains("immutable") ? Reason.TAG_IMMUTABLE : Reason.INVALID_RESPONSE;
    };
  }

  private static String errorText(RegistryResponse response) {
    try {
      var body = response.body(MAX_BODY_BYTES);
      var error = JSON.readTree(body).path("errors").path(0);
      var text = error.path("code").asText("") + " " + error.path("message").asText("");
      return TextSanitizer.sanitize(TOKEN_LIKE.matcher(text.strip()).replaceAll("(hidden)"));
    } catch (IOException | RegistryException notWorthReading) {
      return "";
    }
  }

  /** How long the registry wants to be left alone. */
  static final class RetryAfter {
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);
    private static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(1_000_000);

    private RetryAfter() {}

    static Duration of(RegistryResponse response, String errorText) {
      return response
          .header("Retry-After")
          .flatMap(header -> parse(header, response))
          .orElseGet(() -> untilRateLimitResets(response, errorText));
    }

    /** Seconds, or a date: read by the clock of the registry that wrote it, not by ours. */
    private static Optional<Duration> parse(String header, RegistryResponse response) {
      if (header.strip().matches("\\d{1,6}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())));
      }
      var retryDate = parseDate(header);
      return response
          .header("Date")
          .flatMap(RetryAfter::parseDate)
          .flatMap(now -> retryDate.map(instant -> Duration.between(now, instant)))
          .map(delay -> delay.isNegative() ? Duration.ZERO : delay)
          .filter(delay -> delay.compareTo(MAX_RETRY_AFTER) < 0);
    }

    private static Optional<Instant> parseDate(String header) {
      try {
        return Optional.of(
            DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip(), Instant::from));
      } catch (DateTimeParseException notADate) {
        return Optional.empty();
      }
    }

    /** A spent quota is not worth asking again in a moment; a burst limit is. */
    private static Duration untilRateLimitResets(RegistryResponse response, String errorText) {
      var rateLimit = RateLimitHeaders.parse(response);
      if (rateLimit.remaining() == 0) {
        return rateLimit.window();
      }
      return errorText.contains("pull rate limit") ? DEFAULT_WINDOW : Duration.ZERO;
    }
  }
}
