package io.pullrescue.diagnosis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds many phrases in one walk over a text, whatever the text: the automaton of Aho and Corasick.
 *
 * <p>A phrase is lower case and stands alone: {@code toomanyrequests} is not found in {@code
 * TooManyRequestsException}. One that ends with {@code *} may go on.
 *
 * @see <a href="https://doi.org/10.1145/360825.360855">Aho, Corasick: Efficient string matching</a>
 */
final class PhraseFinder<T> {
  /** A phrase at {@code [start, end)}. */
  record Hit<T>(T meaning, int start, int end) {}

  private record Entry<T>(T meaning, int length, boolean wholeStart, boolean wholeEnd) {}

  /** So long a phrase is no part of another word, even where a log runs two lines together. */
  private static final int SURE_LENGTH = 20;

  /** Which column a character has; 0 for all that stand in no phrase. */
  private final char[] columns = new char[Character.MAX_VALUE + 1];

  private final List<int[]> next = new ArrayList<>();
  private final List<List<Entry<T>>> entries = new ArrayList<>();
  private final int width;

  PhraseFinder(List<Map.Entry<String, T>> phrases) {
    width = assignColumns(phrases);
    newState();
    phrases.forEach(phrase -> add(phrase.getKey(), phrase.getValue()));
    linkFallbacks();
  }

  /** All phrases of the text, in the order in which they end. */
  List<Hit<T>> find(String lowerCase) {
    List<Hit<T>> hits = new ArrayList<>();
    var state = 0;
    for (var i = 0; i < lowerCase.length(); i++) {
      state = next.get(state)[columns[lowerCase.charAt(i)]];
      for (var entry : entries.get(state)) {
        var start = i + 1 - entry.length();
        if (standsAlone(lowerCase, entry, start, i + 1)) {
          hits.add(new Hit<>(entry.meaning(), start, i + 1));
        }
      }
    }
    return hits;
  }

  private static <T> boolean standsAlone(String text, Entry<T> entry, int start, int end) {
    var before = entry.wholeStart() && start > 0 && goesOn(text.charAt(start - 1));
    var after = entry.wholeEnd() && end < text.length() && isWord(text.charAt(end));
    return !before && !after;
  }

  /** A phrase that is the end of a name, as in {@code my-image}, does not stand alone. */
  private static boolean goesOn(char before) {
    return isWord(before) || before == '-' || before == '_';
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private int assignColumns(List<Map.Entry<String, T>> phrases) {
    var count = 1;
    for (var phrase : phrases) {
      var text = phrase.getKey();
      for (var i = 0; i < text.length(); i++) {
        var c = text.charAt(i);
        if (columns[c] == 0) {
          columns[c] = (char) count++;
        }
      }
    }
    return count;
  }

  private int newState() {
    next.add(new int[width]);
    entries.add(new ArrayList<>(0));
    return next.size() - 1;
  }

  private void add(String phrase, T meaning) {
    var open = phrase.endsWith("*");
    var text = open ? phrase.substring(0, phrase.length() - 1) : phrase;
    var state = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      var row = next.get(state);
      if (row[columns[c]] == 0) {
        row[columns[c]] = newState();
      }
      state = row[columns[c]];
    }
    var wholeEnd = !open && text.length() < SURE_LENGTH && isWord(text.charAt(text.length() - 1));
    entries.get(state).add(new Entry<>(meaning, text.length(), isWord(text.charAt(0)), wholeEnd));
  }

  /** Breadth first, so that the state fallen back to is complete before it is read. */
  private void linkFallbacks() {
    var fallback = new int[next.size()];
    var waiting = new ArrayDeque<Integer>();
    Arrays.stream(next.getFirst()).filter(child -> child != 0).forEach(waiting::add);
    while (!waiting.isEmpty()) {
      int state = waiting.remove();
      var row = next.get(state);
      var other = next.get(fallback[state]);
      entries.get(state).addAll(entries.get(fallback[state]));
      for (var column = 0; column < width; column++) {
        if (row[column] == 0) {
          row[column] = other[column];
        } else {
          fallback[row[column]] = other[column];
          waiting.add(row[column]);
        }
      }
    }
  }
}
