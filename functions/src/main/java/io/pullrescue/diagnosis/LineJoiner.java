package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.log.LogLineReader;
import io.pullrescue.diagnosis.pattern.LineMatches;
import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ReferenceScanner;
import java.util.List;
import java.util.function.Consumer;

/** Joins the lines of one error that a terminal, a chat or a tool has wrapped. */
final class LineJoiner {
  private static final int MAX_JOINED_LINES = 12;

  /** The beginning of a request in an error of a Go program. */
  private static final List<String> REQUESTS =
      List.of("Get \"http", "Get http", "Head \"http", "Head http", "Post \"http", "Post http");

  private static final String QUOTES = "\"'";
  private static final String CHARACTERS_BEFORE_QUOTE = " =([{:,";

  private LineJoiner() {}

  /** Passes each line of the text to the consumer, wrapped lines as one. */
  static void join(String text, Consumer<LogLine> consumer) {
    join(new LogLineReader(text), consumer);
  }

  /** Passes each line to the consumer, wrapped lines as one. */
  static void join(LogLineReader lines, Consumer<LogLine> consumer) {
    LogLine current = null;
    var joinedLines = 0;
    while (lines.hasNext()) {
      var line = lines.next();
      if (current != null && joinedLines < MAX_JOINED_LINES && isSplitName(current, line)) {
        current = current.concatenatedWith(line);
        joinedLines++;
      } else if (current != null && joinedLines < MAX_JOINED_LINES && continuesOn(current, line)) {
        current = current.joinedWith(line);
        joinedLines++;
      } else {
        if (current != null) {
          consumer.accept(current);
        }
        current = line;
        joinedLines = 0;
      }
    }
    if (current != null) {
      consumer.accept(current);
    }
  }

  private static boolean continuesOn(LogLine current, LogLine line) {
    var content = line.content();
    if (current.isBlank()
        || content.isEmpty()
        || current.text().length() > LogLineReader.MAX_LINE_LENGTH) {
      return false;
    }
    var last = current.text().charAt(current.text().length() - 1);
    var first = content.charAt(0);
    if (last == ':' && REQUESTS.stream().anyMatch(content::startsWith)) {
      return true;
    }
    if (!Character.isLowerCase(first) && !Character.isDigit(first) && first != '"') {
      return false;
    }
    var matches = LineMatches.of(line);
    if (matches.has(Activity.PULLING) || !matches.toolPositions().isEmpty()) {
      return false;
    }
    if (":=,(".indexOf(last) >= 0) {
      return true;
    }
    var currentMatches = LineMatches.of(current);
    return currentMatches.errorPattern() != null && !currentMatches.has(Activity.NOT_A_PULL);
  }

  /** Returns whether the second line begins with the rest of the name that ends the first. */
  private static boolean isSplitName(LogLine first, LogLine second) {
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

  /** Returns the index of a quote that only the beginning of a name follows; -1 without one. */
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
