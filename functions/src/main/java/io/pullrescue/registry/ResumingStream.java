package io.pullrescue.registry;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a blob from beginning to end, over as many connections as it takes. */
final class ResumingStream extends InputStream {
  /** Cuts in a row without a megabyte between them: then the upstream is not worth more. */
  private static final int MOST_CUTS = 4;

  private static final int PROGRESS = 1024 * 1024;

  private final Download download;
  private @Nullable Answer answer;
  private long position;
  private long lastCut;
  private int cuts;

  ResumingStream(Download download) {
    this.download = download;
  }

  /** Asks for the bytes now, not when the first is read. */
  ResumingStream opened() {
    current();
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
        var count = current().body().read(buffer, offset, length);
        if (count >= 0 || position >= download.size()) {
          position += Math.max(0, count);
          return count;
        }
        cut("ended early");
      } catch (IOException broken) {
        cut(broken.getClass().getSimpleName());
      }
    }
  }

  private Answer current() {
    var known = answer;
    if (known == null) {
      known = download.from(position);
      answer = known;
    }
    return known;
  }

  private void cut(String how) {
    close();
    cuts = position - lastCut >= PROGRESS ? 1 : cuts + 1;
    lastCut = position;
    if (cuts > MOST_CUTS) {
      throw download.refused("cut again and again, last at byte " + position + ": " + how);
    }
  }

  @Override
  public void close() {
    var open = answer;
    answer = null;
    if (open != null && position >= download.size()) {
      open.close();
    } else if (open != null) {
      open.discard();
    }
  }
}
