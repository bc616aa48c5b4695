package io.pullrescue.registry;

import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
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
 * @param from the address that answered, after any redirect
 */
record Answer(URI from, HttpUriRequestBase request, ClassicHttpResponse response)
    implements AutoCloseable {
  /** What is read only to keep the connection; beyond it a new connection is cheaper. */
  private static final int DRAINED = 64 * 1024;

  int status() {
    return response.getCode();
  }

  boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(response.getFirstHeader(name)).map(NameValuePair::getValue);
  }

  String mediaType() {
    return header("Content-Type").map(type -> type.replaceFirst(";.*", "").strip()).orElse("");
  }

  InputStream body() throws IOException {
    var entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** The whole body; throws {@link RegistryRefused} where it is longer than this. */
  byte[] body(int limit) throws IOException {
    var bytes = body().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new RegistryRefused(
          Reason.UNFIT, from.getHost() + " sent more than the " + limit + " bytes that are read");
    }
    return bytes;
  }

  /** Gives the connection back where little is left to read, and drops it otherwise. */
  @Override
  public void close() {
    try {
      if (body().readNBytes(DRAINED).length == DRAINED) {
        discard();
      } else {
        response.close();
      }
    } catch (IOException lost) {
      discard();
    }
  }

  /** Drops the connection with whatever is still to come; closing would read all of it first. */
  void discard() {
    request.cancel();
  }
}
