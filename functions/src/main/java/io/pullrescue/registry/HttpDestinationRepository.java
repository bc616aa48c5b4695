package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.ErrorResponseParser;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryExecutor;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** A repository of the mirror over the distribution API, with the care that Amazon ECR needs. */
final class HttpDestinationRepository implements DestinationRepository {
  private final RepositoryClient client;
  private final RetryExecutor retry;
  private final ManifestRequests manifestRequests;
  private final BlobUpload blobUpload;

  HttpDestinationRepository(RepositoryClient client, RetryExecutor retry) {
    this.client = client;
    this.retry = retry;
    this.manifestRequests = new ManifestRequests(client, retry);
    this.blobUpload = new BlobUpload(client);
  }

  /** Registries that do not list tags to us may well have some. */
  @Override
  public boolean isAbsent() {
    return retry.execute(() -> {
      try (var response = client.send(RegistryRequest.of("GET", client.uri("tags/list?n=1")))) {
        return response.status() == 404;
      }
    });
  }

  @Override
  public Optional<Digest> headManifest(String identifier) {
    return manifestRequests
        .headManifest(identifier)
        .map(head ->
            head.digest() != null
                ? head.digest()
                : manifestRequests.getManifest(identifier).manifest().digest());
  }

  @Override
  public Manifest getManifest(Digest digest) {
    return manifestRequests.getManifest(digest.value()).manifest();
  }

  /** A redirect means yes, and is not followed: the storage behind it signs for GET alone. */
  @Override
  public boolean blobExists(Descriptor blob) {
    return retry.execute(() -> {
      var response =
          client.sendWithoutRedirects(
              RegistryRequest.of("HEAD", client.uri("blobs/" + blob.digest())));
      if (response.status() >= 400 && response.status() != 404) {
        throw ErrorResponseParser.toException(
            client.operation("looking for", blob.digest().value()), response);
      }
      try (response) {
        return response.status() < 400;
      }
    });
  }

  @Override
  public void putBlob(Descriptor blob, Supplier<InputStream> content) {
    var firstAttempt = new AtomicBoolean(true);
    retry.execute(() -> {
      // An upload may have arrived although its answer did not, or somebody else was quicker.
      if (firstAttempt.getAndSet(false) || !blobExists(blob)) {
        blobUpload.upload(blob, content);
      }
      return blob;
    });
  }

  @Override
  public void putManifest(String identifier, Manifest manifest) {
    retry.execute(() -> {
      try (var response = client.sendWithoutRedirects(putRequest(identifier, manifest))) {
        if (!response.isSuccess() && !exists(identifier, manifest)) {
          throw ErrorResponseParser.toException(client.operation("writing", identifier), response);
        }
        verifyStoredDigest(manifest, response);
      }
      return manifest;
    });
  }

  private RegistryRequest putRequest(String identifier, Manifest manifest) {
    var type = ContentType.create(manifest.mediaType());
    return RegistryRequest.of("PUT", client.uri("manifests/" + identifier))
        .withBody(new ByteArrayEntity(manifest.bytes(), type));
  }

  /** Somebody else was quicker, or an immutable tag stands for this very image. */
  private boolean exists(String identifier, Manifest manifest) {
    return headManifest(identifier).filter(manifest.digest()::equals).isPresent();
  }

  private static void verifyStoredDigest(Manifest manifest, RegistryResponse response) {
    var stored = response.header("Docker-Content-Digest").orElse(manifest.digest().value());
    if (response.isSuccess() && !stored.equals(manifest.digest().value())) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          "the mirror stored " + manifest.digest() + " under another digest");
    }
  }
}
