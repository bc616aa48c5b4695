package io.pullrescue.diagnosis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a text file of any length. */
final class LogFile {
  private static final int PART_LENGTH = 1_048_576;

  private LogFile() {}

  /** Opens a file, whose invalid bytes are replaced. */
  static Reader open(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  /** Passes the text to the consumer in parts that end with a line; longer lines are split. */
  static void forEachPart(Path file, Consumer<String> consumer) {
    var chunk = new char[PART_LENGTH];
    var rest = "";
    try (var reader = open(file)) {
      for (var length = reader.read(chunk); length >= 0; length = reader.read(chunk)) {
        var part = rest + new String(chunk, 0, length);
        var end = part.lastIndexOf('\n') + 1;
        if (end == 0 && part.length() >= PART_LENGTH) {
          end = part.length();
        }
        consumer.accept(part.substring(0, end));
        rest = part.substring(end);
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    consumer.accept(rest);
  }
}
