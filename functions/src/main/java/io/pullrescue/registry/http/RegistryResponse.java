package io.pullrescue.registry.http;

import io.pullrescue.registry.http.RegistryException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.NameValuePair;

/**
 * What a server answered, with its body still to be read.
 *
 * @param uri the address that answered, after any redirect
 */
public record RegistryResponse(
    URI uri, HttpUriRequestBase httpRequest, ClassicHttpResponse httpResponse)
    implements AutoCloseable {
  /** What is read only to keep the connection; beyond it a new connection is cheaper. */
  private static final int MAX_DRAINED_BYTES = 64 * 1024;

  public int status() {
    return httpResponse.getCode();
  }

  public boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(httpResponse.getFirstHeader(name)).map(NameValuePair::getValue);
  }

  public String mediaType() {
    return header("Content-Type").map(type -> type.replaceFirst(";.*", "").strip()).orElse("");
  }

  public InputStream body() throws IOException {
    var entity = httpResponse.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** The whole body; throws {@link RegistryException} where it is longer than this. */
  public byte[] body(int limit) throws IOException {
    var bytes = body().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new RegistryException(
          Reason.INVALID_RESPONSE,
          uri.getHost() + " sent more than the " + limit + " bytes that are read");
    }
    return bytes;
  }

  /** Gives the connection back where little is left to read, and drops it otherwise. */
  @Override
  public void close() {
    try {
      if (body().readNBytes(MAX_DRAINED_BYTES).length == MAX_DRAINED_BYTES) {
        discard();
      } else {
        httpResponse.close();
      }
    } catch (IOException lost) {
      discard();
    }
  }

  /** Drops the connection with whatever is still to come; closing would read all of it first. */
  public void discard() {
    httpRequest.cancel();
  }
}
