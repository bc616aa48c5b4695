package io.pullrescue.registry;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.auth.AuthChallenge;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.TokenCache;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RegistryRetryPolicy;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
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

  private final HttpTransport transport;
  private final TokenCache tokens;
  private final Map<URI, AuthChallenge> challenges;
  private final URI registry;
  private final String repository;
  private final String actions;
  private final @Nullable RegistryCredentials credentials;
  private final FailsafeExecutor<Object> retries;

  /**
   * Creates a client; {@code challenges} is shared by all clients of all registries.
   *
   * @param actions as in the scope of a token: {@code pull} or {@code pull,push}
   * @param deadline after which no request is retried
   */
  RepositoryClient(
      HttpTransport transport,
      TokenCache tokens,
      Map<URI, AuthChallenge> challenges,
      URI registry,
      String repository,
      String actions,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    this.transport = transport;
    this.tokens = tokens;
    this.challenges = challenges;
    this.registry = registry;
    this.repository = repository;
    this.actions = actions;
    this.credentials = credentials;
    this.retries = Failsafe.with(RegistryRetryPolicy.until(deadline));
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

  /** Looks up a tag or digest without pulling it; empty if it does not exist. */
  Optional<ManifestResponse.Head> headManifest(String identifier) {
    return retry(() -> {
      var response = send(manifestRequest("HEAD", identifier));
      if (response.status() == 404) {
        response.close();
        return Optional.empty();
      }
      if (!response.isSuccess()) {
        throw response.toException(operation("looking up", identifier));
      }
      try (response) {
        var digest = response.header("Docker-Content-Digest").flatMap(Digest::parse);
        return Optional.of(
            new ManifestResponse.Head(digest.orElse(null), RateLimit.parse(response)));
      }
    });
  }

  /** Pulls a manifest; its digest is not verified yet. */
  ManifestResponse getManifest(String identifier) {
    return retry(() -> {
      var response = send(manifestRequest("GET", identifier));
      if (!response.isSuccess()) {
        throw response.toException(operation("pulling", identifier));
      }
      try (response) {
        var bytes = response.body(Manifest.MAX_BYTES);
        return new ManifestResponse(
            new Manifest(bytes, response.mediaType()), RateLimit.parse(response));
      } catch (IOException interrupted) {
        throw new RegistryException(
            Reason.UNAVAILABLE,
            operation("pulling", identifier) + ": the response was interrupted");
      }
    });
  }

  private RegistryRequest manifestRequest(String method, String identifier) {
    return RegistryRequest.of(method, uri("manifests/" + identifier))
        .withHeader("Accept", ACCEPTED_TYPES);
  }

  /** Runs a request, and retries it according to the {@link RegistryRetryPolicy}. */
  <T> T retry(CheckedSupplier<T> request) {
    try {
      return retries.get(request);
    } catch (FailsafeException failed) {
      if (failed.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new RegistryException(
            Reason.DEADLINE_EXCEEDED, "interrupted while waiting for a retry", failed);
      }
      throw new RegistryException(Reason.UNAVAILABLE, String.valueOf(failed.getMessage()), failed);
    }
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
    var scope = "repository:" + repository + ":" + actions;
    var key =
        new TokenCache.Key(
            challenge.trustedRealm(registry), challenge.service(), scope, credentials);
    var stale = Optional.ofNullable(rejected).map(header -> header.replace("Bearer ", ""));
    return "Bearer " + tokens.token(key, stale.orElse(null));
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
