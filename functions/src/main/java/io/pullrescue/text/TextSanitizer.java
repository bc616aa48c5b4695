package io.pullrescue.text;

/** Makes text from outside safe to quote in messages, logs and events. */
public final class TextSanitizer {
  private static final int DEFAULT_MAX_LENGTH = 200;

  /** A secret is recognized by the text around it, which may be after the cut. */
  private static final int REDACTION_MARGIN = 4000;

  private TextSanitizer() {}

  /**
   * Returns the text without control and format characters (C0, C1, bidirectional marks) and
   * without what looks like a secret, cut at 200 characters. Foreign text must not inject lines,
   * colors or text direction, or have its passwords repeated.
   */
  public static String sanitize(String text) {
    return sanitize(text, DEFAULT_MAX_LENGTH);
  }

  /** Does the same as {@link #sanitize(String)}, with another maximum length in characters. */
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
