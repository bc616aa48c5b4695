package io.pullrescue.diagnosis.log;

import java.util.regex.Pattern;

/**
 * A normalized line of a log: without escape codes, control and format characters, with runs of
 * white space as one space, and with plain quotes instead of typographic and escaped ones.
 *
 * @param number the number of its first line in the text, from 1
 * @param text the normalized line
 * @param lowerCase the same in lower case, with every character at the same index
 * @param isLast whether the text ends with this line
 */
public record LogLine(int number, String text, String lowerCase, boolean isLast) {
  private static final String TIME = "\\d{1,2}:\\d{2}:\\d{2}[\\d.,:+Z-]{0,16}";
  private static final String DATE = "\\d{4}[-/]\\d{2}[-/]\\d{2}[T ]";

  /** The time, source and level that log collectors write before each line. */
  private static final Pattern COLLECTOR_PREFIX =
      Pattern.compile(
          "(?:(?:"
              + String.join(
                  "|",
                  "(?:" + DATE + ")?" + TIME,
                  "\\[(?:" + DATE + ")?" + TIME + "\\]",
                  "[A-Z][a-z]{2} {1,2}\\d{1,2} "
                      + TIME
                      + " [\\w.-]{1,64} [\\w./-]{1,64}(?:\\[\\d{1,9}\\])?:",
                  "(?:[A-Za-z][\\w.-]{0,62} )?\\|",
                  ">(?= [^\\[])",
                  "\\[(?:ERROR|INFO|WARN|WARNING|DEBUG)\\]")
              + ") |##\\[[a-z]{1,10}\\])++");

  static LogLine of(int number, String text, boolean isLast) {
    var lowerCase = new char[text.length()];
    for (var i = 0; i < lowerCase.length; i++) {
      lowerCase[i] = Character.toLowerCase(text.charAt(i));
    }
    return new LogLine(number, text, new String(lowerCase), isLast);
  }

  /** Returns the line without the prefix of a log collector. */
  public String content() {
    return text.substring(prefixLength(text));
  }

  /** Returns this line joined by a space with the line that it was wrapped into. */
  public LogLine joinedWith(LogLine continuation) {
    return append(" ", continuation);
  }

  /** Returns this line joined with the line that completes its last word. */
  public LogLine concatenatedWith(LogLine continuation) {
    return append("", continuation);
  }

  public boolean isBlank() {
    return text.isEmpty();
  }

  private LogLine append(String separator, LogLine continuation) {
    var prefixLength = prefixLength(continuation.text);
    return new LogLine(
        number,
        text + separator + continuation.text.substring(prefixLength),
        lowerCase + separator + continuation.lowerCase.substring(prefixLength),
        continuation.isLast);
  }

  private static int prefixLength(String line) {
    var prefix = COLLECTOR_PREFIX.matcher(line);
    return prefix.lookingAt() ? prefix.end() : 0;
  }
}
