package io.pullrescue.diagnosis.pattern;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds all phrases in one pass over a text, in time proportional to its length.
 *
 * <p>Phrases are lower case and match whole words only: {@code toomanyrequests} does not match
 * {@code toomanyrequestsexception}. A phrase that ends with {@code *} also matches the beginning of
 * a longer word.
 *
 * @see <a href="https://doi.org/10.1145/360825.360855">Aho, Corasick: Efficient string matching</a>
 */
final class AhoCorasickMatcher<T> {
  /** Holds the value of a phrase found at {@code [start, end)}. */
  record Match<T>(T value, int start, int end) {}

  private record Output<T>(T value, int length, boolean needsWordStart, boolean needsWordEnd) {}

  /** A phrase of this length is not part of a longer word: the log lost a line break instead. */
  private static final int MIN_UNAMBIGUOUS_LENGTH = 20;

  /** The column of each character in the transition rows; 0 for those that occur in no phrase. */
  private final char[] columns = new char[Character.MAX_VALUE + 1];

  private final List<int[]> transitions = new ArrayList<>();
  private final List<List<Output<T>>> outputs = new ArrayList<>();
  private final int width;

  AhoCorasickMatcher(List<Map.Entry<String, T>> phrases) {
    width = assignColumns(phrases);
    addState();
    phrases.forEach(phrase -> addPhrase(phrase.getKey(), phrase.getValue()));
    buildFailureLinks();
  }

  /** Returns all matches in the order of their ends. */
  List<Match<T>> find(String lowerCase) {
    List<Match<T>> matches = new ArrayList<>();
    var state = 0;
    for (var i = 0; i < lowerCase.length(); i++) {
      state = transitions.get(state)[columns[lowerCase.charAt(i)]];
      for (var output : outputs.get(state)) {
        var start = i + 1 - output.length();
        if (isWholeWord(lowerCase, output, start, i + 1)) {
          matches.add(new Match<>(output.value(), start, i + 1));
        }
      }
    }
    return matches;
  }

  private static <T> boolean isWholeWord(String text, Output<T> output, int start, int end) {
    var before = output.needsWordStart() && start > 0 && isWordOrSeparator(text.charAt(start - 1));
    var after = output.needsWordEnd() && end < text.length() && isWordCharacter(text.charAt(end));
    return !before && !after;
  }

  /** Rejects a phrase that is the end of a name, as in {@code my-image}. */
  private static boolean isWordOrSeparator(char before) {
    return isWordCharacter(before) || before == '-' || before == '_';
  }

  private static boolean isWordCharacter(char c) {
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

  private int addState() {
    transitions.add(new int[width]);
    outputs.add(new ArrayList<>(0));
    return transitions.size() - 1;
  }

  private void addPhrase(String phrase, T value) {
    var isPrefix = phrase.endsWith("*");
    var text = isPrefix ? phrase.substring(0, phrase.length() - 1) : phrase;
    var state = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      var row = transitions.get(state);
      if (row[columns[c]] == 0) {
        row[columns[c]] = addState();
      }
      state = row[columns[c]];
    }
    var needsWordEnd =
        !isPrefix
            && text.length() < MIN_UNAMBIGUOUS_LENGTH
            && isWordCharacter(text.charAt(text.length() - 1));
    outputs
        .get(state)
        .add(new Output<>(value, text.length(), isWordCharacter(text.charAt(0)), needsWordEnd));
  }

  /** Works breadth first, so that the state that another falls back to is already complete. */
  private void buildFailureLinks() {
    var failureLinks = new int[transitions.size()];
    var queue = new ArrayDeque<Integer>();
    Arrays.stream(transitions.getFirst()).filter(child -> child != 0).forEach(queue::add);
    while (!queue.isEmpty()) {
      int state = queue.remove();
      var row = transitions.get(state);
      var failureRow = transitions.get(failureLinks[state]);
      outputs.get(state).addAll(outputs.get(failureLinks[state]));
      for (var column = 0; column < width; column++) {
        if (row[column] == 0) {
          row[column] = failureRow[column];
        } else {
          failureLinks[row[column]] = failureRow[column];
          queue.add(row[column]);
        }
      }
    }
  }
}
