package io.pullrescue.workload.codebuild.log;

import io.pullrescue.diagnosis.LogExcerpt;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a build's log that one phase wrote, divided at the command that failed.
 *
 * <p>CodeBuild marks its own lines with {@code [Container] date time}; what commands print stands
 * raw between them.
 *
 * @param complete whether the line that closes the phase has arrived; until then more may come
 * @param failingOutput what the last command of the phase printed, its own text first
 * @param earlierOutput what the commands before it printed
 */
public record PhaseLog(boolean complete, String failingOutput, String earlierOutput) {
  private static final String CODEBUILD_PREFIX = "[Container] ";

  public static PhaseLog of(List<String> log, String phase) {
    var end = lastIndexOf(log, "Phase complete: " + phase + " ");
    var lines = log.subList(0, end < 0 ? log.size() : end);
    var start = lastIndexOf(lines, "Entering phase " + phase);
    var phaseLines = lines.subList(start + 1, lines.size());
    var lastCommand = Math.max(lastIndexOf(phaseLines, "Running command "), 0);
    return new PhaseLog(
        end >= 0,
        String.join("\n", phaseLines.subList(lastCommand, phaseLines.size())),
        String.join("\n", phaseLines.subList(0, lastCommand)));
  }

  private static int lastIndexOf(List<String> lines, String prefix) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(CODEBUILD_PREFIX)
          && codeBuildMessage(lines.get(i)).startsWith(prefix)) {
        return i;
      }
    }
    return -1;
  }

  /** What CodeBuild says after its mark, date and time; the text of a command comes after that. */
  private static String codeBuildMessage(String line) {
    var words = new ArrayList<>(List.of(line.split(" ", 4)));
    return words.size() == 4 ? words.getLast() : "";
  }

  public String fullOutput() {
    return earlierOutput + "\n" + failingOutput;
  }

  /** What the failing command printed, then all that the build went on after. */
  public List<LogExcerpt> excerpts(List<String> earlierPhases) {
    return List.of(
        new LogExcerpt(LogExcerpt.TextSource.FAILING_COMMAND, failingOutput),
        new LogExcerpt(
            LogExcerpt.TextSource.EARLIER_COMMANDS,
            String.join("\n", earlierPhases) + "\n" + earlierOutput));
  }
}
