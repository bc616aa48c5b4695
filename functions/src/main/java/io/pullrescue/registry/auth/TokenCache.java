package io.pullrescue.registry.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fetches bearer tokens and caches them; concurrent requests for the same token cause one fetch.
 *
 * <p>Expiry times are ignored: a registry answers 401 to an expired token, and the token is then
 * replaced.
 */
public final class TokenCache {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 64 * 1024;

  private final HttpTransport transport;
  private final Map<Key, CachedToken> cache = new ConcurrentHashMap<>();

  public TokenCache(HttpTransport transport) {
    this.transport = transport;
  }

  /**
   * Returns the cached token, or a new one if there is none or it was rejected.
   *
   * @param rejected the token that the registry answered 401 to; null if none was sent
   */
  public String token(Key key, @Nullable String rejected) {
    return cachedToken(key).token(key, rejected);
  }

  public static String basicAuthorization(RegistryCredentials credentials) {
    var userAndPassword =
        (credentials.username() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword);
  }

  /**
   * Returns whether a token grants pulls from a repository; false if its content cannot be read.
   *
   * <p>The token server puts what it grants into the token, which is empty for a repository that
   * the caller cannot read. Clients should treat tokens as opaque, so that only a grant that can be
   * read means something.
   *
   * @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">Distribution JSON Web
   *     Tokens</a>
   */
  public static boolean grantsPull(String token, String repository) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]))
          .path("access")
          .valueStream()
          .filter(access -> access.path("type").asText().equals("repository"))
          .filter(access -> access.path("name").asText().equals(repository))
          .flatMap(access -> access.path("actions").valueStream())
          .anyMatch(action -> action.asText().equals("pull"));
    } catch (IllegalArgumentException | IOException unreadable) {
      return false;
    }
  }

  private String requestToken(Key key) {
    var tokenServer = key.realm().getHost();
    // Redirects are not followed: the password must only reach the realm that was checked.
    var response =
        transport.send(
            RegistryRequest.of("GET", key.tokenUri()),
            key.credentials() == null ? null : basicAuthorization(key.credentials()));
    if (response.status() != 200) {
      throw failure(response, tokenServer);
    }
    if (response.mediaType().equals("text/html")) {
      response.close();
      throw RegistryException.ofDamagedResponse(
          tokenServer + " answered with a web page instead of a token");
    }
    try (response) {
      var body = JSON.readTree(response.body(MAX_RESPONSE_BYTES));
      var token = body.path("token").asText(body.path("access_token").asText(""));
      if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
        throw RegistryException.ofDamagedResponse(tokenServer + " returned no valid token");
      }
      return token;
    } catch (JsonProcessingException notJson) {
      // The cause is left out: its message may quote the token.
      throw RegistryException.ofDamagedResponse(
          tokenServer + " answered with something that is not JSON instead of a token");
    } catch (IOException interrupted) {
      throw new RegistryException(
          Reason.UNAVAILABLE, "the token response of " + tokenServer + " was interrupted");
    }
  }

  /**
   * A token server that does not exist says nothing about the image, and one that rejects the
   * credentials does so again.
   */
  private static RegistryException failure(RegistryResponse response, String tokenServer) {
    var failure = response.toException("requesting a token from " + tokenServer);
    return switch (failure.status()) {
      case 401 -> failure.withReason(Reason.DENIED);
      case 404 -> failure.withReason(Reason.INVALID_RESPONSE);
      default -> failure;
    };
  }

  /** Records that a registry has accepted a token of this key. */
  public void recordAccepted(Key key) {
    cachedToken(key).accepted.incrementAndGet();
  }

  /** Returns how many requests with tokens of this key have been accepted. */
  public long acceptedRequests(Key key) {
    return cachedToken(key).accepted.get();
  }

  private CachedToken cachedToken(Key key) {
    return cache.computeIfAbsent(key, _ -> new CachedToken());
  }

  /** Identifies a token by what it grants to whom. */
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
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong fetches = new AtomicLong();
    private @Nullable String current;
    private @Nullable RegistryException failure;

    String token(Key key, @Nullable String rejected) {
      var fetchesBefore = fetches.get();
      lock.lock();
      try {
        if (failure != null && fetches.get() > fetchesBefore) {
          // Another request has just failed to fetch it while this one waited for the lock.
          throw failure;
        }
        var token = current;
        if (token == null || token.equals(rejected)) {
          token = fetch(key);
          current = token;
        }
        return token;
      } finally {
        lock.unlock();
      }
    }

    private String fetch(Key key) {
      try {
        failure = null;
        return requestToken(key);
      } catch (RegistryException failed) {
        failure = failed;
        throw failed;
      } finally {
        fetches.incrementAndGet();
      }
    }
  }
}
