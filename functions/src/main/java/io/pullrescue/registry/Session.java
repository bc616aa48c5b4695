package io.pullrescue.registry;

import io.pullrescue.image.Printable;
import io.pullrescue.replication.Login;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests to one repository, each with the authorization that its registry asks for. */
final class Session {
  private final Transport transport;
  private final Tokens tokens;
  private final Map<URI, Challenge> challenges;
  private final URI registry;
  private final String repository;
  private final String actions;
  private final @Nullable Login login;

  /**
   * @param challenges what registries asked for before, shared by all sessions
   * @param actions as in a token's scope: {@code pull} or {@code pull,push}
   */
  Session(
      Transport transport,
      Tokens tokens,
      Map<URI, Challenge> challenges,
      URI registry,
      String repository,
      String actions,
      @Nullable Login login) {
    this.transport = transport;
    this.tokens = tokens;
    this.challenges = challenges;
    this.registry = registry;
    this.repository = repository;
    this.actions = actions;
    this.login = login;
  }

  /** The address of something in this repository, such as {@code manifests/latest}. */
  URI address(String path) {
    return registry.resolve("/v2/" + repository + "/" + path);
  }

  URI registry() {
    return registry;
  }

  String host() {
    return registry.getHost();
  }

  /** Sends it with redirects followed; authenticates where the registry asks for it. */
  Answer send(Call call) {
    return exchange(call, true);
  }

  /** Sends it to the registry itself and takes whatever it answers. */
  Answer sendOnly(Call call) {
    return exchange(call, false);
  }

  private Answer exchange(Call call, boolean redirects) {
    var authorization = authorization(null);
    var answer = answer(call, authorization, redirects);
    if (answer.status() != 401 || !Network.sameOrigin(answer.from(), registry)) {
      return answer;
    }
    var challenge = answer.header("WWW-Authenticate").flatMap(Challenge::parse);
    if (challenge.isEmpty()) {
      return answer;
    }
    challenges.put(registry, challenge.get());
    var renewed = authorization(authorization);
    if (renewed == null || renewed.equals(authorization) || !isRepeatable(call)) {
      return answer;
    }
    answer.close();
    return answer(call, renewed, redirects);
  }

  private Answer answer(Call call, @Nullable String authorization, boolean redirects) {
    return redirects ? transport.follow(call, authorization) : transport.send(call, authorization);
  }

  private static boolean isRepeatable(Call call) {
    return call.body() == null || call.body().isRepeatable();
  }

  private @Nullable String authorization(@Nullable String refused) {
    var challenge = challenges.get(registry);
    if (challenge == null) {
      return null;
    }
    if (!challenge.isBearer()) {
      return login == null ? null : Tokens.basic(login);
    }
    var realm = Realms.checked(registry, challenge.realm());
    var scope = "repository:" + repository + ":" + actions;
    var key = new Tokens.Key(realm, challenge.service(), scope, login);
    var stale = Optional.ofNullable(refused).map(header -> header.replace("Bearer ", ""));
    return "Bearer " + tokens.token(key, stale.orElse(null));
  }

  /** What is asked of whom, for messages. */
  String what(String verb, String identifier) {
    return verb + " " + host() + "/" + repository + " " + Printable.of(identifier);
  }
}
