package io.pullrescue.failure;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of a build's log that one phase wrote, divided at the command that failed.
 *
 * <p>CodeBuild marks its own lines with {@code [Container] date time}; what commands print stands
 * raw between them.
 *
 * @param complete whether the line that closes the phase has arrived; until then more may come
 * @param failingCommand what the last command of the phase printed, its own text first
 * @param earlierCommands what the commands before it printed
 */
record PhaseLog(boolean complete, String failingCommand, String earlierCommands) {
  private static final String MARK = "[Container] ";

  static PhaseLog of(List<String> log, String phase) {
    var end = lastIndexOf(log, "Phase complete: " + phase + " ");
    var lines = log.subList(0, end < 0 ? log.size() : end);
    var start = lastIndexOf(lines, "Entering phase " + phase);
    var inside = lines.subList(start + 1, lines.size());
    var command = Math.max(lastIndexOf(inside, "Running command "), 0);
    return new PhaseLog(
        end >= 0,
        String.join("\n", inside.subList(command, inside.size())),
        String.join("\n", inside.subList(0, command)));
  }

  private static int lastIndexOf(List<String> lines, String words) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(MARK) && ownWords(lines.get(i)).startsWith(words)) {
        return i;
      }
    }
    return -1;
  }

  /** What CodeBuild says after its mark, date and time; the text of a command comes after that. */
  private static String ownWords(String line) {
    var words = new ArrayList<>(List.of(line.split(" ", 4)));
    return words.size() == 4 ? words.getLast() : "";
  }

  String all() {
    return earlierCommands + "\n" + failingCommand;
  }

  /** What the failing command printed, then all that the build went on after. */
  List<Excerpt> excerpts(List<String> earlierPhases) {
    return List.of(
        new Excerpt(Excerpt.Place.FAILING_COMMAND, failingCommand),
        new Excerpt(
            Excerpt.Place.EARLIER_COMMANDS,
            String.join("\n", earlierPhases) + "\n" + earlierCommands));
  }
}
