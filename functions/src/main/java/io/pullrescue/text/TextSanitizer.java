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
    return cut(SecretRedactor.redact(printable(text, maxLength + REDACTION_MARGIN)), maxLength);
  }

  /**
   * Returns the part of a line that begins at this index, sanitized and cut at 200 characters.
   * Secrets are recognized by all of the line, so that the rest of one that begins before the index
   * is hidden too.
   */
  public static String sanitizeFrom(String line, int start) {
    var masked =
        SecretRedactor.mask(printable(line, start + DEFAULT_MAX_LENGTH + REDACTION_MARGIN));
    return cut(SecretRedactor.collapse(masked.substring(start)), DEFAULT_MAX_LENGTH);
  }

  /**
   * Returns the text without control and format characters, cut at this length. Secrets stay: for
   * text that was sanitized when it was published, where a second look would hide more.
   */
  public static String toPrintable(String text, int maxLength) {
    return cut(printable(text, maxLength + 1), maxLength);
  }

  /** Replaces each character that cannot be printed; all others keep their index. */
  private static String printable(String text, int maxLength) {
    var printable = new StringBuilder();
    text.codePoints()
        .limit(maxLength)
        .forEach(c ->
            printable.append(
                isPrintable(c) ? Character.toString(c) : "\uFFFD".repeat(Character.charCount(c))));
    return printable.toString();
  }

  private static String cut(String text, int maxLength) {
    return text.length() <= maxLength ? text : text.substring(0, maxLength) + "...";
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
