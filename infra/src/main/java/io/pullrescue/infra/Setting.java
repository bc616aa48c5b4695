package io.pullrescue.infra;

/**
 * What an operator wrote for one setting.
 *
 * @param value a text, a number, a list of texts, or a map from text to text
 * @param place where it stands, such as {@code pull-rescue.yaml, line 3}
 */
record Setting(Object value, String place) {
  static Setting onTheCommandLine(Object value) {
    return new Setting(value, "command line");
  }
}
