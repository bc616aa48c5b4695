package io.pullrescue.diagnosis.log;

import java.util.Map;

/**
 * A character as HTML writes it, where a page or a mail quotes a message.
 *
 * @param length how much of the text stands for it
 */
record HtmlEntity(char character, int length) {
  private static final int MAX_LENGTH = 6;

  private static final Map<String, Character> CHARACTERS =
      Map.ofEntries(
          Map.entry("amp", '&'),
          Map.entry("quot", '"'),
          Map.entry("#34", '"'),
          Map.entry("apos", '\''),
          Map.entry("#39", '\''),
          Map.entry("#x27", '\''),
          Map.entry("lt", '<'),
          Map.entry("gt", '>'),
          Map.entry("nbsp", ' '),
          Map.entry("#x2F", '/'),
          Map.entry("#47", '/'));

  /** The entity that this ampersand begins; the ampersand itself where it begins none. */
  static HtmlEntity at(String text, int ampersand) {
    var from = ampersand + 1;
    var end = text.indexOf(';', from, Math.min(text.length(), from + MAX_LENGTH));
    var character = end < 0 ? null : CHARACTERS.get(text.substring(from, end));
    return character == null
        ? new HtmlEntity('&', 1)
        : new HtmlEntity(character, end + 1 - ampersand);
  }
}
