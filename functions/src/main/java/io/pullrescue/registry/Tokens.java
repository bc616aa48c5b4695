package io.pullrescue.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
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
final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_TOKEN = 64 * 1024;

  private final Transport transport;
  private final Map<Key, Slot> slots = new ConcurrentHashMap<>();

  Tokens(Transport transport) {
    this.transport = transport;
  }

  /** The token of this key, or a new one where the cached one is the one that was refused. */
  String token(Key key, @Nullable String refused) {
    return slots.computeIfAbsent(key, _ -> new Slot()).token(key, refused);
  }

  static String basic(Login login) {
    var pair = (login.user() + ":" + login.secret()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private String fetch(Key key) {
    var call = Call.of("GET", key.address());
    // No redirect is followed here: the password goes to the realm that was checked, or nowhere.
    var answer = transport.send(call, key.login() == null ? null : basic(key.login()));
    if (!answer.isSuccess()) {
      throw Refusal.of("asking " + key.realm().getHost() + " for a token", answer);
    }
    try (answer) {
      var body = JSON.readTree(answer.body(LARGEST_TOKEN));
      var token = body.path("token").asText(body.path("access_token").asText(""));
      if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
        throw new RegistryRefused(Reason.UNFIT, key.realm().getHost() + " sent no token");
      }
      return token;
    } catch (IOException failed) {
      throw new RegistryRefused(
          Reason.UNREACHABLE, "reading a token of " + key.realm().getHost(), failed);
    }
  }

  /** What a token is for. */
  record Key(URI realm, String service, String scope, @Nullable Login login) {
    URI address() {
      var query = "service=" + encoded(service) + "&scope=" + encoded(scope);
      var text = realm.toString();
      return URI.create(text + (text.indexOf('?') < 0 ? "?" : "&") + query);
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  private final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String current;

    String token(Key key, @Nullable String refused) {
      lock.lock();
      try {
        var known = current;
        if (known == null || known.equals(refused)) {
          known = fetch(key);
          current = known;
        }
        return known;
      } finally {
        lock.unlock();
      }
    }
  }
}
