package io.pullrescue.registry;

import io.pullrescue.registry.auth.AuthChallenge;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.TokenCache;
import io.pullrescue.registry.auth.TokenRealmValidator;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.text.TextSanitizer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests to one repository, each with the authorization that its registry asks for. */
final class RepositoryClient {
  private final HttpTransport transport;
  private final TokenCache tokens;
  private final Map<URI, AuthChallenge> challenges;
  private final URI registry;
  private final String repository;
  private final String actions;
  private final @Nullable RegistryCredentials credentials;

  /**
   * @param challenges what registries asked for before, shared by all sessions
   * @param actions as in a token's scope: {@code pull} or {@code pull,push}
   */
  RepositoryClient(
      HttpTransport transport,
      TokenCache tokens,
      Map<URI, AuthChallenge> challenges,
      URI registry,
      String repository,
      String actions,
      @Nullable RegistryCredentials credentials) {
    this.transport = transport;
    this.tokens = tokens;
    this.challenges = challenges;
    this.registry = registry;
    this.repository = repository;
    this.actions = actions;
    this.credentials = credentials;
  }

  /** The address of something in this repository, such as {@code manifests/latest}. */
  URI uri(String path) {
    return registry.resolve("/v2/" + repository + "/" + path);
  }

  URI registry() {
    return registry;
  }

  String host() {
    return registry.getHost();
  }

  /** Sends it with redirects followed; authenticates where the registry asks for it. */
  RegistryResponse send(RegistryRequest request) {
    return exchange(request, true);
  }

  /** Sends it to the registry itself and takes whatever it answers. */
  RegistryResponse sendWithoutRedirects(RegistryRequest request) {
    return exchange(request, false);
  }

  private RegistryResponse exchange(RegistryRequest request, boolean followRedirects) {
    var authorization = authorization(null);
    var response = dispatch(request, authorization, followRedirects);
    if (response.status() != 401 || !EndpointPolicy.isSameOrigin(response.uri(), registry)) {
      return response;
    }
    var challenge = response.header("WWW-Authenticate").flatMap(AuthChallenge::parse);
    if (challenge.isEmpty()) {
      return response;
    }
    challenges.put(registry, challenge.get());
    var renewed = authorization(authorization);
    if (renewed == null || renewed.equals(authorization) || !isRepeatable(request)) {
      return response;
    }
    response.close();
    return dispatch(request, renewed, followRedirects);
  }

  private RegistryResponse dispatch(
      RegistryRequest request, @Nullable String authorization, boolean followRedirects) {
    return followRedirects
        ? transport.sendFollowingRedirects(request, authorization)
        : transport.send(request, authorization);
  }

  private static boolean isRepeatable(RegistryRequest request) {
    return request.body() == null || request.body().isRepeatable();
  }

  private @Nullable String authorization(@Nullable String rejected) {
    var challenge = challenges.get(registry);
    if (challenge == null) {
      return null;
    }
    if (!challenge.isBearer()) {
      return credentials == null ? null : TokenCache.basicAuthorization(credentials);
    }
    var realm = TokenRealmValidator.requireTrusted(registry, challenge.realm());
    var scope = "repository:" + repository + ":" + actions;
    var key = new TokenCache.Key(realm, challenge.service(), scope, credentials);
    var stale = Optional.ofNullable(rejected).map(header -> header.replace("Bearer ", ""));
    return "Bearer " + tokens.token(key, stale.orElse(null));
  }

  /** What is asked of whom, for messages. */
  String operation(String verb, String identifier) {
    return verb + " " + host() + "/" + repository + " " + TextSanitizer.sanitize(identifier);
  }
}
