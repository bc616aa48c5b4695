package io.pullrescue.diagnosis;

/** Tells where a terminal broke a line in the midst of a name. */
final class BrokenName {
  private static final String QUOTES = "\"'";
  private static final String BEFORE_QUOTE = " =([{:,";

  private BrokenName() {}

  /** Whether the second line begins with the rest of the word that ends the first. */
  static boolean spans(Line first, Line second) {
    var continuation = second.content();
    var rest = MentionReader.endOfReference(continuation, 0);
    if (rest == 0) {
      return false;
    }
    var quote = openQuote(first.text());
    return quote >= 0
        ? continuation.startsWith(first.text().substring(quote, quote + 1), rest)
        : endsInRequest(first.text()) && goesOnWithVersion(continuation, rest);
  }

  /** The place of a quote that nothing but a piece of a name follows; -1 where there is none. */
  private static int openQuote(String text) {
    var i = startOfLastName(text) - 1;
    var opens = i >= 0 && i + 1 < text.length() && QUOTES.indexOf(text.charAt(i)) >= 0;
    return opens && (i == 0 || BEFORE_QUOTE.indexOf(text.charAt(i - 1)) >= 0) ? i : -1;
  }

  private static boolean endsInRequest(String text) {
    return text.substring(startOfLastName(text)).contains("/manifests/");
  }

  private static int startOfLastName(String text) {
    var start = text.length();
    while (start > 0 && MentionReader.isReferenceCharacter(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean goesOnWithVersion(String text, int end) {
    var first = text.charAt(0);
    return text.charAt(end - 1) == ':' && (Character.isDigit(first) || ".-_".indexOf(first) >= 0);
  }
}
