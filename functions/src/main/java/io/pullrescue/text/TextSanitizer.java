package io.pullrescue.text;

/** Text from outside, made fit to stand in one of our messages. */
public final class TextSanitizer {
  private static final int DEFAULT_MAX_LENGTH = 200;

  /** A secret is known by what stands around it, and that may stand behind the cut. */
  private static final int REDACTION_MARGIN = 4000;

  private TextSanitizer() {}

  /**
   * The text without control and format characters (C0, C1, bidirectional marks) and without what
   * looks like a secret, cut at 200 characters: a log line must not be able to write lines, colours
   * or directions into ours, nor to have passwords repeated.
   */
  public static String sanitize(String text) {
    return sanitize(text, DEFAULT_MAX_LENGTH);
  }

  /** As {@link #sanitize(String)}, cut at another length in characters. */
  public static String sanitize(String text, int maxLength) {
    var printable = new StringBuilder();
    text.codePoints()
        .limit(maxLength + REDACTION_MARGIN)
        .forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    var redacted = SecretRedactor.redact(printable.toString());
    return redacted.length() <= maxLength ? redacted : redacted.substring(0, maxLength) + "...";
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
