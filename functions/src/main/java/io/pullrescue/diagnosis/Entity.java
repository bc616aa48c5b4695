package io.pullrescue.diagnosis;

import java.util.Map;

/**
 * A character as HTML writes it, where a page or a mail quotes a message.
 *
 * @param length how much of the text stands for it
 */
record Entity(char character, int length) {
  private static final int LONGEST = 6;

  private static final Map<String, Character> KNOWN =
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
  static Entity at(String text, int ampersand) {
    var from = ampersand + 1;
    var end = text.indexOf(';', from, Math.min(text.length(), from + LONGEST));
    var character = end < 0 ? null : KNOWN.get(text.substring(from, end));
    return character == null ? new Entity('&', 1) : new Entity(character, end + 1 - ampersand);
  }
}
