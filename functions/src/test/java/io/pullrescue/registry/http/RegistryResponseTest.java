package io.pullrescue.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryResponseTest {
  private static final URI ADDRESS = URI.create("https://registry.example.com/v2/app/manifests/1");

  private final BasicClassicHttpResponse httpResponse = new BasicClassicHttpResponse(429);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120                           | PT2M",
        "999999                        | PT999999S",
        "Sun, 01 Nov 2026 12:00:00 GMT | PT2H",
        "Sun, 01 Nov 2026 09:00:00 GMT | PT0S",
        "Sun, 01 Nov 2099 09:00:00 GMT | PT0S",
        "soon                          | PT0S",
      })
  void readsRetryAfterByRegistryClock(String retryAfter, Duration expected) {
    httpResponse.setHeader("Date", "Sun, 01 Nov 2026 10:00:00 GMT");
    httpResponse.setHeader("Retry-After", retryAfter);

    assertThat(exception().retryAfter()).isEqualTo(expected);
  }

  @Test
  void waitsForResetOfExhaustedRateLimit() {
    httpResponse.setHeader("ratelimit-remaining", "0;w=21600");

    assertThat(exception().retryAfter()).isEqualTo(Duration.ofHours(6));
  }

  @Test
  void hidesTextThatLooksLikeToken() {
    var token = "x".repeat(60);
    httpResponse.setEntity(
        new StringEntity("{\"errors\":[{\"code\":\"LIMIT\",\"message\":\"" + token + "\"}]}"));

    assertThat(exception())
        .hasMessage("pulling app: 429 LIMIT (hidden)")
        .extracting(RegistryException::reason)
        .isEqualTo(Reason.RATE_LIMITED);
  }

  private RegistryException exception() {
    return new RegistryResponse(ADDRESS, new HttpGet(ADDRESS), httpResponse)
        .toException("pulling app");
  }
}
