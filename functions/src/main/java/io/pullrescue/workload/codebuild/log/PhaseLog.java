package io.pullrescue.workload.codebuild.log;

import io.pullrescue.diagnosis.LogExcerpt;
import java.util.ArrayList;
import java.util.List;

/**
 * The log lines of one phase of a build, split at the phase's last command.
 *
 * <p>CodeBuild prefixes its own lines with {@code [Container] date time}; the output of commands is
 * written between them without a prefix.
 *
 * @param complete whether the line that ends the phase has arrived; until then more may follow
 * @param failingOutput the output of the last command of the phase, after the command itself
 * @param earlierOutput the output of the commands before it
 */
public record PhaseLog(boolean complete, String failingOutput, String earlierOutput) {
  private static final String CODEBUILD_PREFIX = "[Container] ";

  /** Returns the lines of a log that belong to a phase, such as {@code BUILD}. */
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

  /** Returns a line of CodeBuild without prefix, date and time. */
  private static String codeBuildMessage(String line) {
    var words = new ArrayList<>(List.of(line.split(" ", 4)));
    return words.size() == 4 ? words.getLast() : "";
  }

  /** Returns the output of all commands of the phase. */
  public String fullOutput() {
    return earlierOutput + "\n" + failingOutput;
  }

  /**
   * Returns the excerpts to diagnose: the failing command first, then everything that did not stop
   * the build.
   *
   * @param earlierPhases the output of earlier phases that failed with {@code on-failure: CONTINUE}
   */
  public List<LogExcerpt> excerpts(List<String> earlierPhases) {
    return List.of(
        new LogExcerpt(LogExcerpt.TextSource.FAILING_COMMAND, failingOutput),
        new LogExcerpt(
            LogExcerpt.TextSource.EARLIER_COMMANDS,
            String.join("\n", earlierPhases) + "\n" + earlierOutput));
  }
}
