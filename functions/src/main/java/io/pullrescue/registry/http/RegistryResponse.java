package io.pullrescue.registry.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.NameValuePair;

/**
 * A response whose body has not been read yet.
 *
 * @param uri the address that answered, after any redirect
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI
 *     distribution error codes</a>
 */
public record RegistryResponse(
    URI uri, HttpUriRequestBase httpRequest, ClassicHttpResponse httpResponse)
    implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For more than this, a new connection is cheaper than reading the rest. */
  private static final int MAX_DRAINED_BYTES = 64 * 1024;

  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** Error texts may quote tokens and their identifiers; ordinary words are not this long. */
  private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9+/_-]{40,}+=*");

  /** As {@link #TOKEN_LIKE}, but leaves the paths in the names of AWS resources. */
  private static final Pattern TOKEN_WITHOUT_SLASHES = Pattern.compile("[A-Za-z0-9+_-]{40,}+=*");

  /** Registries do not distinguish the two cases for callers without access. */
  private static final String DENIED_MESSAGE =
      "it does not exist, or reading it requires other credentials";

  public int status() {
    return httpResponse.getCode();
  }

  public boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(httpResponse.getFirstHeader(name)).map(NameValuePair::getValue);
  }

  /** Returns the media type without parameters; empty if the response has none. */
  public String mediaType() {
    return header("Content-Type").map(type -> type.replaceFirst(";.*", "").strip()).orElse("");
  }

  public InputStream body() throws IOException {
    var entity = httpResponse.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** Reads the whole body; throws a {@link RegistryException} if it exceeds the limit in bytes. */
  public byte[] body(int limit) throws IOException {
    var bytes = body().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          uri.getHost() + " sent a response of more than " + limit + " bytes");
    }
    return bytes;
  }

  /**
   * Converts an unsuccessful response to an exception; reads and closes the body.
   *
   * @param operation what was requested, for the message
   */
  public RegistryException toException(String operation) {
    try (this) {
      return toException(operation, isDenied() ? DENIED_MESSAGE : errorText(TOKEN_LIKE));
    }
  }

  /**
   * Converts an unsuccessful response of the mirror, and quotes its reason for a denial: it names
   * the permission that is missing.
   */
  public RegistryException toMirrorException(String operation) {
    try (this) {
      var errorText = errorText(TOKEN_WITHOUT_SLASHES);
      return toException(
          operation,
          errorText.isEmpty() && isDenied() ? "the mirror denies it without a reason" : errorText);
    }
  }

  private RegistryException toException(String operation, String errorText) {
    var text = isSuccess() ? "an unexpected status" : errorText;
    return new RegistryException(
        reason(text),
        "%s: %d%s".formatted(operation, status(), text.isEmpty() ? "" : " " + text),
        retryAfter(text),
        status(),
        reason(text) != Reason.TAG_IMMUTABLE && isWorthRepeating());
  }

  private boolean isDenied() {
    return status() == 401 || status() == 403;
  }

  /**
   * Any error of a server is temporary, which includes those that only some proxies send, such as
   * 520 to 530 of Cloudflare, but not those that say that it will never support the request.
   *
   * @see <a
   *     href="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/">Cloudflare
   *     5xx errors</a>
   */
  private Reason reason(String errorText) {
    return switch (status()) {
      case 401, 403 -> Reason.DENIED;
      case 404 -> Reason.NOT_FOUND;
      case 408, 425 -> Reason.UNAVAILABLE;
      case 429 -> Reason.RATE_LIMITED;
      case 501, 505 -> Reason.INVALID_RESPONSE;
      default -> reasonOfOtherStatus(errorText);
    };
  }

  private Reason reasonOfOtherStatus(String errorText) {
    if (status() / 100 == 5) {
      return Reason.UNAVAILABLE;
    }
    return errorText.contains("immutable") ? Reason.TAG_IMMUTABLE : Reason.INVALID_RESPONSE;
  }

  /**
   * A denial may come from a proxy, or from a storage whose signed address has expired; only 401
   * with a challenge is certainly the registry's own. Content that is requested with GET was found
   * before.
   */
  private boolean isWorthRepeating() {
    return switch (status()) {
      case 401 -> header("WWW-Authenticate").isEmpty();
      case 404 -> !httpRequest.getMethod().equals("HEAD");
      default -> status() < 300 || status() >= 400;
    };
  }

  private String errorText(Pattern hidden) {
    try {
      var error = JSON.readTree(body(MAX_ERROR_BYTES)).path("errors").path(0);
      var text = error.path("code").asText("") + " " + error.path("message").asText("");
      return TextSanitizer.sanitize(hidden.matcher(text.strip()).replaceAll("(hidden)"));
    } catch (IOException | RegistryException unreadable) {
      return "";
    }
  }

  private Duration retryAfter(String errorText) {
    return RetryAfter.of(this, errorText);
  }

  /** Returns the connection to the pool if little is left to read, and drops it otherwise. */
  @Override
  public void close() {
    try {
      if (body().readNBytes(MAX_DRAINED_BYTES).length == MAX_DRAINED_BYTES) {
        discard();
      } else {
        httpResponse.close();
      }
    } catch (IOException lost) {
      discard();
    }
  }

  /** Drops the connection with the unread rest of the body, which closing would read first. */
  public void discard() {
    httpRequest.cancel();
  }

  /** Reads the delay that a registry requests before the next attempt. */
  private static final class RetryAfter {
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);
    private static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(1_000_000);

    private RetryAfter() {}

    static Duration of(RegistryResponse response, String errorText) {
      return response
          .header("Retry-After")
          .flatMap(header -> parse(header, response))
          .orElseGet(() -> untilRateLimitResets(response, errorText));
    }

    /** Parses seconds or a date; a date is relative to the registry's clock, not to ours. */
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

    /** A used-up pull limit lasts for hours, a limit on bursts only for a moment. */
    private static Duration untilRateLimitResets(RegistryResponse response, String errorText) {
      var rateLimit = RateLimit.parse(response);
      if (rateLimit.remaining() == 0) {
        return rateLimit.window();
      }
      return errorText.contains("pull rate limit") ? DEFAULT_WINDOW : Duration.ZERO;
    }
  }
}
