package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryBudget;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Writes images to a repository of the mirror; avoids what Amazon ECR does not support.
 *
 * <p>All methods may throw a {@link RegistryException}.
 */
public final class DestinationRepository {
  private final RepositoryClient client;
  private final BlobUpload blobUpload;
  private final boolean readOnly;

  DestinationRepository(RepositoryClient client, boolean readOnly) {
    this.client = client;
    this.blobUpload = new BlobUpload(client);
    this.readOnly = readOnly;
  }

  /** Returns whether the repository does not exist; false if the registry denies listing tags. */
  public boolean isAbsent() {
    return client.retry(() -> {
      try (var response = client.send(RegistryRequest.of("GET", client.uri("tags/list?n=1")))) {
        return response.status() == 404;
      }
    });
  }

  /** Returns the digest of a tag or digest; empty if it does not exist. */
  public Optional<Digest> headManifest(String identifier) {
    return client
        .headManifest(identifier)
        .map(head ->
            head.digest() != null
                ? head.digest()
                : client.getManifest(identifier).manifest().digest());
  }

  /** Returns the manifest of a digest that exists. */
  public Manifest getManifest(Digest digest) {
    return client.getManifest(digest.value()).manifest();
  }

  /**
   * Returns whether a blob exists.
   *
   * <p>A redirect means that it does, and is not followed: the address of the storage behind it is
   * signed for GET only.
   */
  public boolean blobExists(Descriptor blob) {
    return client.retry(() -> headBlob(blob));
  }

  /** A registry without HEAD accepts a blob that it has once more. */
  private boolean headBlob(Descriptor blob) {
    var request = RegistryRequest.of("HEAD", client.uri("blobs/" + blob.digest()));
    var response = client.sendWithoutRedirects(request);
    return switch (response.status()) {
      case 200, 301, 302, 303, 307, 308 -> {
        response.close();
        yield true;
      }
      case 404, 405, 501 -> {
        response.close();
        yield false;
      }
      default -> throw client.failure(response, "checking for", blob.digest().value());
    };
  }

  /**
   * Uploads a blob; a failed upload is retried from the beginning.
   *
   * @param content opens the blob, once per attempt, with the retries that are left for it; its
   *     exceptions end the upload
   */
  public void putBlob(Descriptor blob, Function<RetryBudget, InputStream> content) {
    if (readOnly) {
      return;
    }
    var retries = client.newRetryBudget();
    var firstAttempt = new AtomicBoolean(true);
    client.retry(
        retries,
        () -> {
          // The first upload may have succeeded without its response, or another copy was faster.
          if (firstAttempt.getAndSet(false) || !headBlob(blob)) {
            blobUpload.upload(blob, () -> content.apply(retries));
          }
          return blob;
        });
  }

  /**
   * Writes a manifest under a tag or digest; the content that it refers to must exist, or else the
   * reason of the exception is {@link Reason#CONTENT_MISSING}.
   */
  public void putManifest(String identifier, Manifest manifest) {
    if (readOnly) {
      return;
    }
    client.retry(() -> {
      try (var response = client.sendWithoutRedirects(putRequest(identifier, manifest))) {
        // Other statuses of a success do not say that the manifest was stored.
        if (response.status() != 201) {
          var failure = rejection(client.failure(response, "pushing", identifier));
          if (failure.isTemporary() || !exists(identifier, manifest)) {
            throw failure;
          }
        }
        verifyStoredDigest(manifest, response);
      }
      return manifest;
    });
  }

  /**
   * Registries report missing content as 400 or 404 with various codes: {@code BLOB_UNKNOWN},
   * {@code MANIFEST_BLOB_UNKNOWN}, {@code MANIFEST_UNKNOWN}.
   */
  private static RegistryException rejection(RegistryException failure) {
    var isRejected = failure.status() == 400 || failure.status() == 404;
    return isRejected && failure.reason() != Reason.TAG_IMMUTABLE
        ? failure.withReason(Reason.CONTENT_MISSING)
        : failure;
  }

  private RegistryRequest putRequest(String identifier, Manifest manifest) {
    var type = ContentType.create(manifest.mediaType());
    return RegistryRequest.of("PUT", client.uri("manifests/" + identifier))
        .withBody(new ByteArrayEntity(manifest.bytes(), type));
  }

  /** Another copy may have been faster, or an immutable tag already refers to this image. */
  private boolean exists(String identifier, Manifest manifest) {
    return headManifest(identifier).filter(manifest.digest()::equals).isPresent();
  }

  private static void verifyStoredDigest(Manifest manifest, RegistryResponse response) {
    var stored = response.header("Docker-Content-Digest").orElse(manifest.digest().value());
    if (response.isSuccess() && !stored.equals(manifest.digest().value())) {
      throw RegistryException.ofDamagedResponse(
          "the mirror reports a digest other than %s for the manifest that was pushed"
              .formatted(manifest.digest()));
    }
  }
}
