package io.pullrescue.registry;

import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.ErrorResponseParser;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import java.io.InputStream;
import java.net.URI;
import java.util.function.Supplier;

/**
 * One upload in two requests: POST opens a session, one PUT streams the whole blob into it.
 *
 * <p>Never in chunks: Amazon ECR answers 201 to a chunk and loses the next. Never resumed either: a
 * session that was cut is gone, so a failed upload starts with a new one.
 *
 * @see <a href="https://github.com/aws/containers-roadmap/issues/2831">Chunked uploads on ECR</a>
 */
final class BlobUpload {
  private final RepositoryClient client;

  BlobUpload(RepositoryClient client) {
    this.client = client;
  }

  void upload(Descriptor blob, Supplier<InputStream> content) {
    try (var uploadSession = new UploadSession(content)) {
      var uploadUri = startSession(blob);
      var body = new BlobEntity(uploadSession.stream(), blob.size());
      checkStored(
          blob, client.sendWithoutRedirects(RegistryRequest.of("PUT", uploadUri).withBody(body)));
    }
  }

  private void checkStored(Descriptor blob, RegistryResponse response) {
    if (response.isSuccess()) {
      response.close();
      return;
    }
    throw asRetryable(
        ErrorResponseParser.toException(
            client.operation("uploading", blob.digest().value()), response));
  }

  /** The session's address; it must be the registry's own, because our authorization goes there. */
  private URI startSession(Descriptor blob) {
    var response =
        client.sendWithoutRedirects(RegistryRequest.of("POST", client.uri("blobs/uploads/")));
    if (response.status() != 202 && response.status() != 201) {
      throw ErrorResponseParser.toException(
          client.operation("opening an upload to", blob.digest().value()), response);
    }
    try (response) {
      var location = HttpTransport.location(response);
      if (!EndpointPolicy.isSameOrigin(location, client.registry())) {
        throw new RegistryException(
            Reason.INVALID_RESPONSE, client.host() + " wants the blob uploaded to another host");
      }
      var address = location.toString();
      return URI.create(
          address + (address.indexOf('?') < 0 ? "?" : "&") + "digest=" + blob.digest());
    }
  }

  /** What went wrong with a session may go right with the next. */
  private static RegistryException asRetryable(RegistryException exception) {
    return exception.isTemporary()
        ? exception
        : new RegistryException(
            Reason.UNAVAILABLE, String.valueOf(exception.getMessage()), exception);
  }
}
