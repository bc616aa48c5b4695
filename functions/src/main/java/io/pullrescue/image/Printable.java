package io.pullrescue.image;

/** Text from outside, made fit to stand in one of our messages. */
public final class Printable {
  private static final int LIMIT = 200;

  /** A secret is known by what stands around it, and that may stand behind the cut. */
  private static final int MARGIN = 4000;

  private Printable() {}

  /**
   * The text without control and format characters (C0, C1, bidirectional marks) and without what
   * looks like a secret, cut at 200 characters: a log line must not be able to write lines, colours
   * or directions into ours, nor to have passwords repeated.
   */
  public static String of(String text) {
    return of(text, LIMIT);
  }

  /** As {@link #of(String)}, cut at another length in characters. */
  public static String of(String text, int limit) {
    var printable = new StringBuilder();
    text.codePoints()
        .limit(limit + MARGIN)
        .forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    var kept = Secrets.hidden(printable.toString());
    return kept.length() <= limit ? kept : kept.substring(0, limit) + "...";
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
