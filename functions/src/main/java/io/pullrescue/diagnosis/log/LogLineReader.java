package io.pullrescue.diagnosis.log;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a text line by line. Lines that are too long are split at a space. */
public final class LogLineReader implements Iterator<LogLine> {
  /** In characters: longer than any known error message, short enough to be scanned repeatedly. */
  public static final int MAX_LINE_LENGTH = 8192;

  private static final Map<String, Character> HTML_ENTITIES =
      Map.ofEntries(
          Map.entry("amp", '&'),
          Map.entry("quot", '"'),
          Map.entry("#34", '"'),
          Map.entry("apos", '\''),
          Map.entry("#39", '\''),
          Map.entry("#x27", '\''),
          Map.entry("lt", '<'),
          Map.entry("gt", '>'),
          Map.entry("nbsp", ' '),
          Map.entry("#x2F", '/'),
          Map.entry("#47", '/'));

  private static final int MAX_ENTITY_LENGTH = 6;

  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]{4}");
  private static final char ESCAPE = '\u001b';
  private static final char BELL = '\u0007';

  /** In characters: the least that is read at once. */
  private static final int CHUNK_LENGTH = 65_536;

  /** The rest of the text, or of the part of it that was read. */
  private String text;

  /** The rest of the text that was not read; null if all was. */
  private @Nullable Reader rest;

  /** The index after the last character that is not white space. */
  private int contentEnd;

  private int position;
  private int lineNumber = 1;

  public LogLineReader(String text) {
    this.text = text.stripTrailing();
    this.contentEnd = this.text.length();
  }

  /**
   * Reads a text of any length in chunks.
   *
   * @param reader is not closed; an {@link IOException} is thrown as {@link UncheckedIOException}
   */
  public LogLineReader(Reader reader) {
    this.text = "";
    this.rest = reader;
  }

  @Override
  public boolean hasNext() {
    while (rest != null && contentEnd - position <= 2 * MAX_LINE_LENGTH) {
      readChunk(rest);
    }
    return position < contentEnd;
  }

  /** Reads as much as is kept, so that a long run of white space is not copied for each chunk. */
  private void readChunk(Reader reader) {
    var chunk = new char[Math.max(CHUNK_LENGTH, text.length() - position)];
    try {
      var length = reader.read(chunk);
      if (length < 0) {
        rest = null;
        text = text.stripTrailing();
      } else {
        text = text.substring(position) + new String(chunk, 0, length);
        position = 0;
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    contentEnd = text.length();
    while (contentEnd > 0 && Character.isWhitespace(text.charAt(contentEnd - 1))) {
      contentEnd--;
    }
  }

  @Override
  public LogLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var start = position;
    var limit = Math.min(text.length(), start + MAX_LINE_LENGTH);
    var end = start;
    while (end < limit && lineTerminatorLength(end) == 0) {
      end++;
    }
    var firstLineNumber = lineNumber;
    var terminatorLength = lineTerminatorLength(end);
    if (terminatorLength > 0) {
      position = end + terminatorLength;
      lineNumber += text.charAt(position - 1) == '\n' ? 1 : 0;
    } else {
      end = end < text.length() ? lastSpaceIndex(start, end) : end;
      position = end;
    }
    var cleaned = clean(text.substring(start, endWithoutBackslashes(start, end)));
    return LogLine.of(firstLineNumber, cleaned, !hasNext());
  }

  /**
   * Returns the length of the line terminator at this index, or 0. A bare carriage return, which
   * progress bars use, ends a line too, and so does {@code \n} written as two characters in JSON.
   */
  private int lineTerminatorLength(int index) {
    if (index >= text.length()) {
      return 0;
    }
    return switch (text.charAt(index)) {
      case '\n' -> 1;
      case '\r' -> skipLineTerminator(index) - index;
      case '\\' -> text.startsWith("\\r\\n", index) ? 4 : text.startsWith("n", index + 1) ? 2 : 0;
      default -> 0;
    };
  }

  /** Returns the end before the backslashes that repeated quoting adds before {@code \n}. */
  private int endWithoutBackslashes(int start, int end) {
    var i = end;
    if (text.startsWith("\\n", end) || text.startsWith("\\r", end)) {
      while (i > start && text.charAt(i - 1) == '\\') {
        i--;
      }
    }
    return i;
  }

  /** Returns the index after the carriage returns and the line feed that may follow them. */
  private int skipLineTerminator(int end) {
    var i = end;
    while (i < text.length() && text.charAt(i) == '\r') {
      i++;
    }
    return i < text.length() && text.charAt(i) == '\n' ? i + 1 : i;
  }

  private int lastSpaceIndex(int start, int end) {
    for (var i = end - 1; i > start + MAX_LINE_LENGTH / 2; i--) {
      if (text.charAt(i) == ' ') {
        return i;
      }
    }
    return end;
  }

  private static String clean(String raw) {
    var cleaned = new StringBuilder(raw.length());
    for (var i = 0; i < raw.length(); i++) {
      var c = raw.charAt(i);
      if (c == ESCAPE) {
        i = escapeSequenceEnd(raw, i);
      } else if (c == '\\' && i + 1 < raw.length()) {
        i += appendUnescaped(cleaned, raw, i + 1);
      } else if (c == '&') {
        i += appendEntity(cleaned, raw, i);
      } else {
        appendNormalized(cleaned, c);
      }
    }
    return cleaned.toString().strip();
  }

  /**
   * Appends the character of the HTML entity that begins at this ampersand, or the ampersand.
   * Returns the number of further characters that were read.
   */
  private static int appendEntity(StringBuilder target, String raw, int ampersand) {
    var start = ampersand + 1;
    var end = raw.indexOf(';', start, Math.min(raw.length(), start + MAX_ENTITY_LENGTH));
    var character = end < 0 ? null : HTML_ENTITIES.get(raw.substring(start, end));
    appendNormalized(target, character == null ? '&' : character);
    return character == null ? 0 : end - ampersand;
  }

  /**
   * Appends what follows a backslash in JSON or a quoted log field. Returns the number of further
   * characters that were read.
   */
  private static int appendUnescaped(StringBuilder target, String raw, int escaped) {
    return switch (raw.charAt(escaped)) {
      case '"', '\'', '\\', '/' -> 0;
      case 't', 'r' -> {
        appendNormalized(target, ' ');
        yield 1;
      }
      case 'u' -> {
        var code = HEXADECIMAL.matcher(raw).region(escaped + 1, raw.length());
        appendNormalized(
            target, code.lookingAt() ? (char) Integer.parseInt(code.group(), 16) : '\\');
        yield code.lookingAt() ? 1 + code.group().length() : 0;
      }
      default -> {
        appendNormalized(target, '\\');
        yield 0;
      }
    };
  }

  private static void appendNormalized(StringBuilder target, char c) {
    switch (Character.getType(c)) {
      case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> {}
      default -> {
        var normalized = normalize(c);
        if (normalized != ' ' || (!target.isEmpty() && target.charAt(target.length() - 1) != ' ')) {
          target.append(normalized);
        }
      }
    }
  }

  private static char normalize(char c) {
    return switch (c) {
      case '\u2018', '\u2019', '`' -> '\'';
      case '\u201c', '\u201d', '\u201e' -> '"';
      case '\uff1a' -> ':';
      default -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c < ' ' ? ' ' : c;
    };
  }

  /** Returns the index of the last character of an escape sequence (ECMA-48: CSI, OSC, others). */
  private static int escapeSequenceEnd(String raw, int start) {
    var i = start + 1;
    if (i >= raw.length()) {
      return start;
    }
    if (raw.charAt(i) == '[') {
      do {
        i++;
      } while (i < raw.length() && (raw.charAt(i) < '@' || raw.charAt(i) > '~'));
    } else if (raw.charAt(i) == ']') {
      while (i < raw.length() && raw.charAt(i) != BELL && raw.charAt(i) != '\\') {
        i++;
      }
    }
    return i;
  }
}
