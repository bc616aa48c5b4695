package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.ErrorResponseParser;
import io.pullrescue.registry.http.RateLimitHeaders;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RetryExecutor;
import java.io.IOException;
import java.util.Optional;

/** Reading manifests: the same at an upstream and at the mirror. */
final class ManifestRequests {
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** All of them, always: a registry may convert for whoever seems not to know a type. */
  private static final String ACCEPTED_TYPES =
      String.join(
          ", ",
          OCI_INDEX,
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "*/*");

  private final RepositoryClient client;
  private final RetryExecutor retry;

  ManifestRequests(RepositoryClient client, RetryExecutor retry) {
    this.client = client;
    this.retry = retry;
  }

  Optional<ManifestHead> headManifest(String identifier) {
    return retry.execute(() -> {
      var response = client.send(request("HEAD", identifier));
      if (response.status() == 404) {
        response.close();
        return Optional.empty();
      }
      if (!response.isSuccess()) {
        throw ErrorResponseParser.toException(client.operation("asking", identifier), response);
      }
      try (response) {
        var digest = response.header("Docker-Content-Digest").flatMap(Digest::parse);
        return Optional.of(new ManifestHead(digest.orElse(null), RateLimitHeaders.parse(response)));
      }
    });
  }

  ManifestResponse getManifest(String identifier) {
    return retry.execute(() -> {
      var response = client.send(request("GET", identifier));
      if (!response.isSuccess()) {
        throw ErrorResponseParser.toException(client.operation("pulling", identifier), response);
      }
      try (response) {
        var bytes = response.body(Manifest.MAX_BYTES);
        return new ManifestResponse(
            new Manifest(bytes, response.mediaType()), RateLimitHeaders.parse(response));
      } catch (IOException cut) {
        throw new RegistryException(
            Reason.UNAVAILABLE, client.operation("pulling", identifier) + ": cut short", cut);
      }
    });
  }

  private RegistryRequest request(String method, String identifier) {
    return RegistryRequest.of(method, client.uri("manifests/" + identifier))
        .withHeader("Accept", ACCEPTED_TYPES);
  }
}
