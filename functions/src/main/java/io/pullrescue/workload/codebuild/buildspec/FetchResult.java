package io.pullrescue.workload.codebuild.buildspec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What came of looking for a file. */
public sealed interface FetchResult {
  /** A file that is larger is no buildspec. */
  int MAX_BYTES = 1 << 20;

  /** It is there. */
  record Found(String text) implements FetchResult {}

  /** Whoever was asked is sure that there is no such file. */
  record NotFound() implements FetchResult {}

  /** It may be there, but not for us, or not this way; {@code why} says so to people. */
  record Unavailable(String reason) implements FetchResult {}

  /** The file with these bytes, which may be anything. */
  static FetchResult of(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return new Unavailable("it is larger than " + MAX_BYTES + " bytes");
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return new Found(text.toString());
    } catch (CharacterCodingException notText) {
      return new Unavailable("it is not text in UTF-8");
    }
  }
}
