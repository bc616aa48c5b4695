package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.auth.AuthChallenge;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.TokenCache;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryBudget;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one repository: authenticates them, retries them, and reads manifests.
 *
 * <p>All methods may throw a {@link RegistryException}.
 */
final class RepositoryClient {
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** Always all types, because a registry may convert a manifest of a type that is not listed. */
  private static final String ACCEPTED_TYPES =
      String.join(
          ", ",
          OCI_INDEX,
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "*/*");

  /** Some registries issue tokens that are accepted for a few requests only. */
  private static final int MAX_TOKEN_RENEWALS = 50;

  /** Tokens in a row that are rejected although the repository has accepted others before. */
  private static final int MAX_REJECTED_TOKENS = 3;

  private final HttpTransport transport;
  private final TokenCache tokens;
  private final Map<URI, AuthChallenge> challenges;
  private final URI registry;
  private final String repository;
  private final String actions;
  private final @Nullable RegistryCredentials credentials;
  private final Supplier<RetryBudget> retryBudgets;

  /**
   * Creates a client; {@code challenges} is shared by all clients of all registries.
   *
   * @param actions as in the scope of a token: {@code pull} or {@code pull,push}
   * @param retryBudgets creates the budget of an operation
   */
  RepositoryClient(
      HttpTransport transport,
      TokenCache tokens,
      Map<URI, AuthChallenge> challenges,
      URI registry,
      String repository,
      String actions,
      @Nullable RegistryCredentials credentials,
      Supplier<RetryBudget> retryBudgets) {
    this.transport = transport;
    this.tokens = tokens;
    this.challenges = challenges;
    this.registry = registry;
    this.repository = repository;
    this.actions = actions;
    this.credentials = credentials;
    this.retryBudgets = retryBudgets;
  }

  /** Returns the address of a resource in this repository, such as {@code manifests/latest}. */
  URI uri(String path) {
    return registry.resolve("/v2/" + repository + "/" + path);
  }

  URI registry() {
    return registry;
  }

  String host() {
    return registry.getHost();
  }

  /**
   * Looks up a tag or digest; empty if it does not exist. A registry that does not support HEAD is
   * asked with GET, which is a pull.
   */
  Optional<ManifestResponse.Head> headManifest(String identifier) {
    return retry(() -> {
      var response = send(manifestRequest("HEAD", identifier));
      if (response.status() == 405 || response.status() == 501) {
        response.close();
        response = send(manifestRequest("GET", identifier));
      }
      if (response.status() == 404) {
        response.close();
        return Optional.empty();
      }
      if (response.status() != 200) {
        throw failure(response, "looking up", identifier);
      }
      return Optional.of(head(response, identifier));
    });
  }

  private ManifestResponse.Head head(RegistryResponse response, String identifier) {
    if (response.httpRequest().getMethod().equals("GET")) {
      var pulled = readManifest(response, identifier);
      return new ManifestResponse.Head(Digest.of(pulled.bytes()), pulled.rateLimit(), true);
    }
    try (response) {
      var digest = response.header("Docker-Content-Digest").flatMap(Digest::parse);
      return new ManifestResponse.Head(digest.orElse(null), RateLimit.parse(response), false);
    }
  }

  /**
   * Pulls a manifest. Only if it is requested by digest, the digest is verified: other bytes are
   * then requested once more, and whatever is wrong with the right bytes is final.
   */
  ManifestResponse getManifest(String identifier) {
    var isVerified = Digest.parse(identifier).isPresent();
    return isVerified
        ? retry(() -> pullManifest(identifier)).parse()
        : retry(() -> pullManifest(identifier).parse());
  }

  private PulledManifest pullManifest(String identifier) {
    var response = send(manifestRequest("GET", identifier));
    if (response.status() != 200) {
      throw failure(response, "pulling", identifier);
    }
    return readManifest(response, identifier);
  }

  private PulledManifest readManifest(RegistryResponse response, String identifier) {
    try (response) {
      var bytes = response.body(Manifest.MAX_BYTES);
      Digest.parse(identifier).ifPresent(expected -> Manifest.requireDigest(expected, bytes));
      return new PulledManifest(bytes, response.mediaType(), RateLimit.parse(response));
    } catch (IOException interrupted) {
      throw new RegistryException(
          Reason.UNAVAILABLE, operation("pulling", identifier) + ": the response was interrupted");
    }
  }

  /** The bytes of a manifest that has not been parsed yet. */
  @SuppressWarnings("ArrayRecordComponent")
  private record PulledManifest(byte[] bytes, String mediaType, RateLimit rateLimit) {
    ManifestResponse parse() {
      return new ManifestResponse(new Manifest(bytes, mediaType), rateLimit);
    }
  }

  private RegistryRequest manifestRequest(String method, String identifier) {
    return RegistryRequest.of(method, uri("manifests/" + identifier))
        .withHeader("Accept", ACCEPTED_TYPES);
  }

  /** Creates the budget of an operation that consists of several requests. */
  RetryBudget newRetryBudget() {
    return retryBudgets.get();
  }

  /** Sends a request, and retries it within a budget of its own. */
  <T> T retry(Supplier<T> request) {
    return newRetryBudget().call(request);
  }

  /** Sends a request, follows redirects, and authenticates if the registry requests it. */
  RegistryResponse send(RegistryRequest request) {
    return exchange(request, true);
  }

  /** Sends a request to the registry itself and returns even a redirect. */
  RegistryResponse sendWithoutRedirects(RegistryRequest request) {
    return exchange(request, false);
  }

  private RegistryResponse exchange(RegistryRequest request, boolean followRedirects) {
    var authorization = authorization(null);
    var accepted = acceptedRequests();
    var rejectedTokens = 0;
    for (var renewals = 0; ; renewals++) {
      var response = dispatch(request, authorization, followRedirects);
      if (response.status() != 401 || !isOwn(response)) {
        recordAccepted();
        return response;
      }
      rejectedTokens = accepted == acceptedRequests() ? rejectedTokens + 1 : 1;
      accepted = acceptedRequests();
      var isFinal = accepted == 0 ? renewals > 0 : rejectedTokens >= MAX_REJECTED_TOKENS;
      if (isFinal || renewals >= MAX_TOKEN_RENEWALS) {
        return response;
      }
      var renewed = renewAuthorization(response, authorization);
      if (renewed == null || renewed.equals(authorization) || !isRepeatable(request)) {
        return response;
      }
      response.close();
      authorization = renewed;
    }
  }

  private @Nullable String renewAuthorization(
      RegistryResponse response, @Nullable String rejected) {
    try {
      learnChallenge(response);
      return authorization(rejected);
    } catch (RegistryException failure) {
      response.close();
      throw failure;
    }
  }

  private boolean isOwn(RegistryResponse response) {
    return EndpointPolicy.isSameOrigin(response.uri(), registry);
  }

  private void learnChallenge(RegistryResponse response) {
    var challenge = response.header("WWW-Authenticate").flatMap(AuthChallenge::parse);
    challenge.filter(AuthChallenge::isBearer).ifPresent(bearer -> bearer.trustedRealm(registry));
    challenge.ifPresent(latest -> challenges.put(registry, latest));
  }

  private long acceptedRequests() {
    var challenge = challenges.get(registry);
    return challenge != null && challenge.isBearer()
        ? tokens.acceptedRequests(tokenKey(challenge))
        : 0;
  }

  private void recordAccepted() {
    var challenge = challenges.get(registry);
    if (challenge != null && challenge.isBearer()) {
      tokens.recordAccepted(tokenKey(challenge));
    }
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
    var stale = Optional.ofNullable(rejected).map(header -> header.replace("Bearer ", ""));
    return "Bearer " + tokens.token(tokenKey(challenge), stale.orElse(null));
  }

  private TokenCache.Key tokenKey(AuthChallenge challenge) {
    var scope = "repository:" + repository + ":" + actions;
    return new TokenCache.Key(
        challenge.trustedRealm(registry), challenge.service(), scope, credentials);
  }

  /** Converts an unsuccessful response of this repository, or of a host that it redirects to. */
  RegistryException failure(RegistryResponse response, String verb, String identifier) {
    var operation = operation(verb, identifier);
    if (!isOwn(response)) {
      operation += " from " + response.uri().getHost();
    }
    return actions.contains("push")
        ? response.toMirrorException(operation)
        : response.toException(operation);
  }

  /** Returns whether the token for this repository grants pulls, as far as it can be read. */
  boolean isPullGranted() {
    return retry(() -> {
      var authorization = authorization(null);
      return authorization != null
          && TokenCache.grantsPull(authorization.replace("Bearer ", ""), repository);
    });
  }

  /** Describes a request for messages, such as {@code pulling quay.io/app 1.0}. */
  String operation(String verb, String identifier) {
    return verb + " " + host() + "/" + repository + " " + TextSanitizer.sanitize(identifier);
  }
}
