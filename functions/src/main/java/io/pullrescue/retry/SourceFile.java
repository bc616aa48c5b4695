package io.pullrescue.retry;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What came of looking for a file. */
public sealed interface SourceFile {
  /** A file that is larger is no buildspec. */
  int LARGEST = 1 << 20;

  /** It is there. */
  record Found(String text) implements SourceFile {}

  /** Whoever was asked is sure that there is no such file. */
  record Missing() implements SourceFile {}

  /** It may be there, but not for us, or not this way; {@code why} says so to people. */
  record OutOfReach(String why) implements SourceFile {}

  /** The file with these bytes, which may be anything. */
  static SourceFile of(byte[] bytes) {
    if (bytes.length > LARGEST) {
      return new OutOfReach("it is larger than " + LARGEST + " bytes");
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return new Found(text.toString());
    } catch (CharacterCodingException notText) {
      return new OutOfReach("it is not text in UTF-8");
    }
  }
}
