package io.pullrescue.workload.codebuild.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The end of a text of any length, in a buffer of one size. */
final class TailBuffer {
  /** As much as is read of a log that comes in pages. */
  private static final int CAPACITY = 5 << 20;

  /** A log may unpack to a thousand times its size: what takes longer to read has no known end. */
  private static final long MAX_LOG_BYTES = 1L << 30;

  private TailBuffer() {}

  static LogResult read(InputStream text) throws IOException {
    var buffer = new byte[CAPACITY];
    long length = 0;
    for (int read; length <= MAX_LOG_BYTES; length += read) {
      int position = (int) (length % CAPACITY);
      read = text.read(buffer, position, CAPACITY - position);
      if (read < 0) {
        return new LogResult.Lines(toText(buffer, length).lines().toList());
      }
    }
    return new LogResult.AccessDenied("the log is longer than " + MAX_LOG_BYTES + " bytes");
  }

  /** The ring from its oldest byte on, and from the first whole line where some are lost. */
  private static String toText(byte[] buffer, long length) {
    int position = (int) (length % CAPACITY);
    if (length <= CAPACITY) {
      return new String(buffer, 0, (int) length, StandardCharsets.UTF_8);
    }
    var bytes =
        ByteBuffer.allocate(CAPACITY)
            .put(buffer, position, CAPACITY - position)
            .put(buffer, 0, position)
            .array();
    var text = new String(bytes, StandardCharsets.UTF_8);
    return text.substring(text.indexOf('\n') + 1);
  }
}
