package io.pullrescue.registry;

import io.pullrescue.registry.http.RegistryResponse;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a blob from beginning to end, over as many connections as it takes. */
final class ResumableBlobInputStream extends InputStream {
  /** Cuts in a row without a megabyte between them: then the upstream is not worth more. */
  private static final int MAX_INTERRUPTIONS = 4;

  private static final int MIN_PROGRESS_BYTES = 1024 * 1024;

  private final BlobDownload download;
  private @Nullable RegistryResponse response;
  private long position;
  private long lastInterruption;
  private int consecutiveInterruptions;

  ResumableBlobInputStream(BlobDownload download) {
    this.download = download;
  }

  /** Asks for the bytes now, not when the first is read. */
  ResumableBlobInputStream open() {
    currentResponse();
    return this;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        var count = currentResponse().body().read(buffer, offset, length);
        if (count >= 0 || position >= download.size()) {
          position += Math.max(0, count);
          return count;
        }
        recordInterruption("ended early");
      } catch (IOException broken) {
        recordInterruption(broken.getClass().getSimpleName());
      }
    }
  }

  private RegistryResponse currentResponse() {
    var current = response;
    if (current == null) {
      current = download.openAt(position);
      response = current;
    }
    return current;
  }

  private void recordInterruption(String cause) {
    close();
    consecutiveInterruptions =
        position - lastInterruption >= MIN_PROGRESS_BYTES ? 1 : consecutiveInterruptions + 1;
    lastInterruption = position;
    if (consecutiveInterruptions > MAX_INTERRUPTIONS) {
      throw download.unavailable("cut again and again, last at byte " + position + ": " + cause);
    }
  }

  @Override
  public void close() {
    var current = response;
    response = null;
    if (current != null && position >= download.size()) {
      current.close();
    } else if (current != null) {
      current.discard();
    }
  }
}
