package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import java.util.function.Consumer;

/** Joins the lines of one error, which terminals, posters and tools wrap. */
final class PassageReader {
  private static final int MOST_LINES = 12;

  private PassageReader() {}

  static void read(String text, Consumer<Line> reader) {
    var lines = new LineReader(text);
    Line passage = null;
    var joined = 0;
    while (lines.hasNext()) {
      var line = lines.next();
      if (passage != null && joined < MOST_LINES && BrokenName.spans(passage, line)) {
        passage = passage.mended(line);
        joined++;
      } else if (passage != null && joined < MOST_LINES && goesOn(passage, line)) {
        passage = passage.joined(line);
        joined++;
      } else {
        if (passage != null) {
          reader.accept(passage);
        }
        passage = line;
        joined = 0;
      }
    }
    if (passage != null) {
      reader.accept(passage);
    }
  }

  private static boolean goesOn(Line passage, Line line) {
    var content = line.content();
    if (passage.isBlank() || content.isEmpty() || passage.text().length() > LineReader.LONGEST) {
      return false;
    }
    var first = content.charAt(0);
    if (!Character.isLowerCase(first) && !Character.isDigit(first) && first != '"') {
      return false;
    }
    var signs = Signs.of(line);
    if (signs.say(Role.READING) || !signs.tools().isEmpty()) {
      return false;
    }
    var last = passage.text().charAt(passage.text().length() - 1);
    return ":=,(".indexOf(last) >= 0 || Signs.of(passage).symptom() != null;
  }
}
