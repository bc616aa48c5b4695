package io.pullrescue.registry;

import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * Uploads a blob in two requests: POST starts an upload session, one PUT streams the whole blob.
 *
 * <p>Uploads are neither chunked nor resumed: Amazon ECR accepts a chunk with 201 and loses the
 * next one, and an interrupted session no longer exists, so a failed upload starts a new session.
 *
 * @see <a href="https://github.com/aws/containers-roadmap/issues/2831">Chunked uploads on ECR</a>
 */
final class BlobUpload {
  private final RepositoryClient client;

  BlobUpload(RepositoryClient client) {
    this.client = client;
  }

  /** Opens the download and the upload session in parallel, which saves one round trip. */
  void upload(Descriptor blob, Supplier<InputStream> content) {
    try (var download = new AsyncCall<>(content)) {
      try {
        var uploadUri = startSession(blob);
        var body = new BlobEntity(download.join(), blob.size());
        checkStored(
            blob, client.sendWithoutRedirects(RegistryRequest.of("PUT", uploadUri).withBody(body)));
      } finally {
        download.thenAccept(BlobUpload::closeQuietly);
      }
    }
  }

  private static void closeQuietly(InputStream content) {
    try {
      content.close();
    } catch (IOException alreadyClosed) {
      // The connection is gone, which is what closing was for.
    }
  }

  private void checkStored(Descriptor blob, RegistryResponse response) {
    if (response.status() == 201) {
      response.close();
      return;
    }
    throw asRetryable(client.failure(response, "uploading", blob.digest().value()));
  }

  /** Returns the session's address, which must be on the registry: it receives our credentials. */
  private URI startSession(Descriptor blob) {
    var response =
        client.sendWithoutRedirects(RegistryRequest.of("POST", client.uri("blobs/uploads/")));
    if (response.status() != 202 && response.status() != 201) {
      throw client.failure(response, "starting an upload to", blob.digest().value());
    }
    try (response) {
      var location = HttpTransport.location(response);
      if (!EndpointPolicy.isSameOrigin(location, client.registry())) {
        throw new RegistryException(
            Reason.INVALID_RESPONSE,
            client.host() + " redirects the upload to another host, which is not allowed");
      }
      var address = location.toString();
      return URI.create(
          address + (address.indexOf('?') < 0 ? "?" : "&") + "digest=" + blob.digest());
    }
  }

  /**
   * A session that has become invalid or unknown, or whose token has expired, is replaced by a new
   * one. What the registry rejects for other reasons is not uploaded again and again.
   */
  private static RegistryException asRetryable(RegistryException failure) {
    return switch (failure.status()) {
      case 400, 401, 404, 409, 410, 416 -> failure.withReason(Reason.UNAVAILABLE);
      default -> failure;
    };
  }

  /** Streams a request body without buffering the blob. */
  private static final class BlobEntity extends AbstractHttpEntity {
    /** Measured: smaller buffers cost a third more CPU time, larger ones gain nothing. */
    private static final int BUFFER_SIZE = 64 * 1024;

    private final InputStream content;
    private final long size;

    BlobEntity(InputStream content, long size) {
      super(ContentType.APPLICATION_OCTET_STREAM, null);
      this.content = content;
      this.size = size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      var buffer = new byte[BUFFER_SIZE];
      try (var in = content) {
        for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          out.write(buffer, 0, count);
        }
      }
    }

    @Override
    public InputStream getContent() {
      return content;
    }

    @Override
    public long getContentLength() {
      return size;
    }

    @Override
    public boolean isStreaming() {
      return true;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public void close() {}
  }
}
