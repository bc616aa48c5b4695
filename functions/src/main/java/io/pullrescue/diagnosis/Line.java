package io.pullrescue.diagnosis;

/**
 * A piece of a log, made fit to be read: no escape codes, no control or format characters, runs of
 * white space as one blank, typographic and escaped quotes as plain ones.
 *
 * @param number of its first line in the text, from 1
 * @param text as it is read
 * @param lower the text in lower case, character for character at the same places
 * @param last whether the text ends with this line
 */
record Line(int number, String text, String lower, boolean last) {
  static Line of(int number, String text, boolean last) {
    var lower = new char[text.length()];
    for (var i = 0; i < lower.length; i++) {
      lower[i] = Character.toLowerCase(text.charAt(i));
    }
    return new Line(number, text, new String(lower), last);
  }

  /** The line without what a collector of logs put before it. */
  String content() {
    return text.substring(LogPrefix.length(text));
  }

  /** This line with the one that it was wrapped into. */
  Line joined(Line continuation) {
    return with(" ", continuation);
  }

  /** This line with the one that its last word goes on in. */
  Line mended(Line continuation) {
    return with("", continuation);
  }

  private Line with(String gap, Line continuation) {
    var prefix = LogPrefix.length(continuation.text);
    return new Line(
        number,
        text + gap + continuation.text.substring(prefix),
        lower + gap + continuation.lower.substring(prefix),
        continuation.last);
  }

  boolean isBlank() {
    return text.isEmpty();
  }
}
