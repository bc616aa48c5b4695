package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.log.LogLineReader;
import io.pullrescue.diagnosis.pattern.ContextPattern.Activity;
import io.pullrescue.diagnosis.pattern.LineMatches;
import java.util.function.Consumer;

/** Joins the lines of one error, which terminals, posters and tools wrap. */
public final class LineJoiner {
  private static final int MAX_JOINED_LINES = 12;

  private LineJoiner() {}

  public static void join(String text, Consumer<LogLine> consumer) {
    var lines = new LogLineReader(text);
    LogLine current = null;
    var joinedLines = 0;
    while (lines.hasNext()) {
      var line = lines.next();
      if (current != null
          && joinedLines < MAX_JOINED_LINES
          && SplitReference.isSplitAcross(current, line)) {
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
    var first = content.charAt(0);
    if (!Character.isLowerCase(first) && !Character.isDigit(first) && first != '"') {
      return false;
    }
    var matches = LineMatches.of(line);
    if (matches.has(Activity.PULLING) || !matches.toolPositions().isEmpty()) {
      return false;
    }
    var last = current.text().charAt(current.text().length() - 1);
    return ":=,(".indexOf(last) >= 0 || LineMatches.of(current).errorPattern() != null;
  }
}
