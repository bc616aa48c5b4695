package io.pullrescue.diagnosis.log;

import java.util.regex.Pattern;

/** What collectors of logs put before each line: when, where, how bad. */
final class LogPrefix {
  private static final String TIME = "\\d{1,2}:\\d{2}:\\d{2}[\\d.,:+Z-]{0,16}";
  private static final String DATE = "\\d{4}[-/]\\d{2}[-/]\\d{2}[T ]";

  private static final Pattern PREFIX =
      Pattern.compile(
          "(?:(?:"
              + String.join(
                  "|",
                  "(?:" + DATE + ")?" + TIME,
                  "\\[(?:" + DATE + ")?" + TIME + "\\]",
                  "[A-Z][a-z]{2} {1,2}\\d{1,2} "
                      + TIME
                      + " [\\w.-]{1,64} [\\w./-]{1,64}(?:\\[\\d{1,9}\\])?:",
                  "[A-Za-z][\\w.-]{0,62} \\|",
                  ">(?= [^\\[])",
                  "\\[(?:ERROR|INFO|WARN|WARNING|DEBUG)\\]")
              + ") |##\\[[a-z]{1,10}\\])++");

  private LogPrefix() {}

  /** How many characters of the line it takes. */
  static int length(String line) {
    var prefix = PREFIX.matcher(line);
    return prefix.lookingAt() ? prefix.end() : 0;
  }
}
