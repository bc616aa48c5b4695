package io.pullrescue.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A blob on its way out, held nowhere. */
final class BlobEntity extends AbstractHttpEntity {
  /** Measured: smaller costs a third more processor time, larger gains nothing. */
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
