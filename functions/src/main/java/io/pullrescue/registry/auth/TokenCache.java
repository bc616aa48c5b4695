package io.pullrescue.registry.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.http.ErrorResponseParser;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens, each fetched once however many requests want it at the same time.
 *
 * <p>Their life time is not watched: a registry that no longer takes one says 401, and gets the
 * next.
 */
public final class TokenCache {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 64 * 1024;

  private final HttpTransport transport;
  private final Map<Key, CachedToken> cache = new ConcurrentHashMap<>();

  public TokenCache(HttpTransport transport) {
    this.transport = transport;
  }

  /** The token of this key, or a new one where the cached one is the one that was refused. */
  public String token(Key key, @Nullable String rejected) {
    return cache.computeIfAbsent(key, _ -> new CachedToken()).token(key, rejected);
  }

  public static String basicAuthorization(RegistryCredentials credentials) {
    var userAndPassword =
        (credentials.username() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword);
  }

  private String requestToken(Key key) {
    var request = RegistryRequest.of("GET", key.tokenUri());
    // No redirect is followed here: the password goes to the realm that was checked, or nowhere.
    var response =
        transport.send(
            request, key.credentials() == null ? null : basicAuthorization(key.credentials()));
    if (!response.isSuccess()) {
      throw ErrorResponseParser.toException(
          "asking " + key.realm().getHost() + " for a token", response);
    }
    try (response) {
      var body = JSON.readTree(response.body(MAX_RESPONSE_BYTES));
      var token = body.path("token").asText(body.path("access_token").asText(""));
      if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
        throw new RegistryException(
            Reason.INVALID_RESPONSE, key.realm().getHost() + " sent no token");
      }
      return token;
    } catch (IOException failed) {
      throw new RegistryException(
          Reason.UNAVAILABLE, "reading a token of " + key.realm().getHost(), failed);
    }
  }

  /** What a token is for. */
  public record Key(
      URI realm, String service, String scope, @Nullable RegistryCredentials credentials) {
    URI tokenUri() {
      var query = "service=" + urlEncode(service) + "&scope=" + urlEncode(scope);
      var text = realm.toString();
      return URI.create(text + (text.indexOf('?') < 0 ? "?" : "&") + query);
    }

    private static String urlEncode(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  private final class CachedToken {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String current;

    String token(Key key, @Nullable String rejected) {
      lock.lock();
      try {
        var token = current;
        if (token == null || token.equals(rejected)) {
          token = requestToken(key);
          current = token;
        }
        return token;
      } finally {
        lock.unlock();
      }
    }
  }
}
