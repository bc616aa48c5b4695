package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.reference.ReferenceScanner;

/** Tells where a terminal broke a line in the midst of a name. */
final class SplitReference {
  private static final String QUOTES = "\"'";
  private static final String CHARACTERS_BEFORE_QUOTE = " =([{:,";

  private SplitReference() {}

  /** Whether the second line begins with the rest of the word that ends the first. */
  static boolean isSplitAcross(LogLine first, LogLine second) {
    var continuation = second.content();
    var restEnd = ReferenceScanner.referenceEnd(continuation, 0);
    if (restEnd == 0) {
      return false;
    }
    var quoteIndex = openQuoteIndex(first.text());
    return quoteIndex >= 0
        ? continuation.startsWith(first.text().substring(quoteIndex, quoteIndex + 1), restEnd)
        : endsInManifestRequest(first.text()) && continuesWithVersion(continuation, restEnd);
  }

  /** The place of a quote that nothing but a piece of a name follows; -1 where there is none. */
  private static int openQuoteIndex(String text) {
    var i = lastNameStart(text) - 1;
    var isOpening = i >= 0 && i + 1 < text.length() && QUOTES.indexOf(text.charAt(i)) >= 0;
    return isOpening && (i == 0 || CHARACTERS_BEFORE_QUOTE.indexOf(text.charAt(i - 1)) >= 0)
        ? i
        : -1;
  }

  private static boolean endsInManifestRequest(String text) {
    return text.substring(lastNameStart(text)).contains("/manifests/");
  }

  private static int lastNameStart(String text) {
    var start = text.length();
    while (start > 0 && ReferenceScanner.isReferenceCharacter(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean continuesWithVersion(String text, int end) {
    var first = text.charAt(0);
    return text.charAt(end - 1) == ':' && (Character.isDigit(first) || ".-_".indexOf(first) >= 0);
  }
}
