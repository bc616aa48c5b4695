package io.pullrescue.aws;

import io.pullrescue.failure.LogText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The end of a text of any length, in a buffer of one size. */
final class LogTail {
  /** As much as is read of a log that comes in pages. */
  private static final int KEPT = 5 << 20;

  /** A log may unpack to a thousand times its size: what takes longer to read has no known end. */
  private static final long LONGEST = 1L << 30;

  private LogTail() {}

  static LogText read(InputStream text) throws IOException {
    var ring = new byte[KEPT];
    long length = 0;
    for (int read; length <= LONGEST; length += read) {
      int place = (int) (length % KEPT);
      read = text.read(ring, place, KEPT - place);
      if (read < 0) {
        return new LogText.Lines(unrolled(ring, length).lines().toList());
      }
    }
    return new LogText.OutOfReach("the log is longer than " + LONGEST + " bytes");
  }

  /** The ring from its oldest byte on, and from the first whole line where some are lost. */
  private static String unrolled(byte[] ring, long length) {
    int place = (int) (length % KEPT);
    if (length <= KEPT) {
      return new String(ring, 0, (int) length, StandardCharsets.UTF_8);
    }
    var bytes =
        ByteBuffer.allocate(KEPT).put(ring, place, KEPT - place).put(ring, 0, place).array();
    var text = new String(bytes, StandardCharsets.UTF_8);
    return text.substring(text.indexOf('\n') + 1);
  }
}
