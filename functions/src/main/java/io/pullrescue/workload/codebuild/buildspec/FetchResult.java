package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.HumanFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The outcome of fetching a file that may hold a buildspec. */
public sealed interface FetchResult {
  /** The size limit of a file: what a buildspec of the longest accepted text has at most. */
  int MAX_BYTES = 4 * Buildspec.MAX_CHARACTERS;

  /**
   * The file was read.
   *
   * @param text untrusted: written by the author of the source
   */
  record Found(String text) implements FetchResult {}

  /** The file certainly does not exist. */
  record NotFound() implements FetchResult {}

  /**
   * The file cannot be read, or not by this method.
   *
   * @param reason the cause, and what the operator can do about it
   */
  record Unavailable(String reason) implements FetchResult {}

  /**
   * A probe build is reading the file; a later call returns the result.
   *
   * @param reason the state of the probe build, as a clause for a message
   */
  record Pending(String reason) implements FetchResult {}

  /** Decodes the content of a file: UTF-8 of at most {@link #MAX_BYTES}. */
  static FetchResult of(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return tooLarge();
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return new Found(text.toString());
    } catch (CharacterCodingException invalid) {
      return new Unavailable("the file is not valid UTF-8");
    }
  }

  /** Returns the result for a file of more than {@link #MAX_BYTES}. */
  static FetchResult tooLarge() {
    return new Unavailable(
        "the file is larger than %s, and CodeBuild accepts at most %,d characters in a retry"
            .formatted(HumanFormat.bytes(MAX_BYTES), Buildspec.MAX_CHARACTERS));
  }
}
