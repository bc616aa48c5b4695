package io.pullrescue.diagnosis;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Reads a text line by line; lines without end are cut at a blank, so that each stays short. */
final class LineReader implements Iterator<Line> {
  /** Longer than any error message known, shorter than what would be slow to look at twice. */
  static final int LONGEST = 8192;

  private static final char ESCAPE = '\u001b';
  private static final char BELL = '\u0007';

  private final String text;
  private int position;
  private int number = 1;

  LineReader(String text) {
    this.text = text;
  }

  @Override
  public boolean hasNext() {
    return position < text.length();
  }

  @Override
  public Line next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var start = position;
    var limit = Math.min(text.length(), start + LONGEST);
    var end = start;
    while (end < limit && !endsLine(text.charAt(end))) {
      end++;
    }
    var line = number;
    if (end < text.length() && endsLine(text.charAt(end))) {
      position = skipEnd(end);
      number += text.charAt(position - 1) == '\n' ? 1 : 0;
    } else {
      end = end < text.length() ? lastBlank(start, end) : end;
      position = end;
    }
    return Line.of(line, clean(text.substring(start, end)));
  }

  /** A bare carriage return begins a line anew, as progress bars do. */
  private static boolean endsLine(char c) {
    return c == '\n' || c == '\r';
  }

  /** The line feed after any carriage returns is of the same end. */
  private int skipEnd(int end) {
    var i = end;
    while (i < text.length() && text.charAt(i) == '\r') {
      i++;
    }
    return i < text.length() && text.charAt(i) == '\n' ? i + 1 : i;
  }

  private int lastBlank(int start, int end) {
    for (var i = end - 1; i > start + LONGEST / 2; i--) {
      if (text.charAt(i) == ' ') {
        return i;
      }
    }
    return end;
  }

  private static String clean(String raw) {
    var kept = new StringBuilder(raw.length());
    for (var i = 0; i < raw.length(); i++) {
      var c = raw.charAt(i);
      if (c == ESCAPE) {
        i = endOfEscape(raw, i);
      } else if (c == '\\' && i + 1 < raw.length()) {
        i += unescape(kept, raw.charAt(i + 1));
      } else {
        append(kept, c);
      }
    }
    return kept.toString().strip();
  }

  /** Text inside JSON or a quoted log field: {@code \"} is a quote, {@code \n} a line's end. */
  private static int unescape(StringBuilder kept, char escaped) {
    return switch (escaped) {
      case '"', '\'', '\\', '/' -> 0;
      case 'n', 't', 'r' -> {
        append(kept, ' ');
        yield 1;
      }
      default -> {
        append(kept, '\\');
        yield 0;
      }
    };
  }

  private static void append(StringBuilder kept, char c) {
    switch (Character.getType(c)) {
      case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> {}
      default -> {
        var plain = plain(c);
        if (plain != ' ' || (!kept.isEmpty() && kept.charAt(kept.length() - 1) != ' ')) {
          kept.append(plain);
        }
      }
    }
  }

  private static char plain(char c) {
    return switch (c) {
      case '\u2018', '\u2019', '`' -> '\'';
      case '\u201c', '\u201d', '\u201e' -> '"';
      case '\uff1a' -> ':';
      default -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c < ' ' ? ' ' : c;
    };
  }

  /** The last character of the escape sequence that starts here (ECMA-48: CSI, OSC, others). */
  private static int endOfEscape(String raw, int start) {
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
