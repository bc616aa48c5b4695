package io.pullrescue.workload.codebuild.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps the end of a text of any length in a ring buffer of fixed size. */
final class TailBuffer {
  /** As much as {@link CloudWatchLogReader} reads. */
  private static final int CAPACITY = 5 << 20;

  /** A compressed log can expand to a thousand times its size; reading stops here. */
  private static final long MAX_LOG_BYTES = 1L << 30;

  private TailBuffer() {}

  static LogResult read(InputStream text) throws IOException {
    var buffer = new byte[CAPACITY];
    long length = 0;
    for (int read; length <= MAX_LOG_BYTES; length += read) {
      int position = (int) (length % CAPACITY);
      read = text.read(buffer, position, CAPACITY - position);
      if (read < 0) {
        return new LogResult.Found(toText(buffer, length).lines().toList());
      }
    }
    return new LogResult.Unavailable("the log is larger than " + (MAX_LOG_BYTES >> 30) + " GiB");
  }

  /** Returns the buffered bytes in order; if earlier ones were lost, from the first full line. */
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
