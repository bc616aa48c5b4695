package io.pullrescue.diagnosis.log;

/**
 * A piece of a log, made fit to be read: no escape codes, no control or format characters, runs of
 * white space as one blank, typographic and escaped quotes as plain ones.
 *
 * @param number of its first line in the text, from 1
 * @param text as it is read
 * @param lowerCase the text in lower case, character for character at the same places
 * @param isLast whether the text ends with this line
 */
public record LogLine(int number, String text, String lowerCase, boolean isLast) {
  static LogLine of(int number, String text, boolean isLast) {
    var lowerCase = new char[text.length()];
    for (var i = 0; i < lowerCase.length; i++) {
      lowerCase[i] = Character.toLowerCase(text.charAt(i));
    }
    return new LogLine(number, text, new String(lowerCase), isLast);
  }

  /** The line without what a collector of logs put before it. */
  public String content() {
    return text.substring(LogPrefix.length(text));
  }

  /** This line with the one that it was wrapped into. */
  public LogLine joinedWith(LogLine continuation) {
    return append(" ", continuation);
  }

  /** This line with the one that its last word goes on in. */
  public LogLine concatenatedWith(LogLine continuation) {
    return append("", continuation);
  }

  private LogLine append(String separator, LogLine continuation) {
    var prefix = LogPrefix.length(continuation.text);
    return new LogLine(
        number,
        text + separator + continuation.text.substring(prefix),
        lowerCase + separator + continuation.lowerCase.substring(prefix),
        continuation.isLast);
  }

  public boolean isBlank() {
    return text.isEmpty();
  }
}
