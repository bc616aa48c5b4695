package io.pullrescue.infra.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is most similar to an unknown one. */
final class Suggestion {
  private Suggestion() {}

  /** Returns the candidate that differs by a typing error or two, or that continues the name. */
  static Optional<String> closest(String name, Collection<String> candidates) {
    var mistyped =
        candidates.stream()
            .filter(candidate -> distance(name, candidate) <= Math.max(1, candidate.length() / 4))
            .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
    return mistyped.or(() ->
        candidates.stream()
            .filter(candidate -> name.length() > 2 && lower(candidate).startsWith(lower(name)))
            .findFirst());
  }

  /** Returns the end of an error message, empty if no candidate is close. */
  static String didYouMean(String name, Collection<String> candidates) {
    return closest(name, candidates)
        .map(candidate -> "; did you mean %s?".formatted(candidate))
        .orElse("");
  }

  /** Counts inserted, deleted, replaced and swapped characters, without regard to case. */
  private static int distance(String one, String other) {
    var a = lower(one);
    var b = lower(other);
    var distances = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          distances[i][j] = i + j;
          continue;
        }
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        distances[i][j] =
            Math.min(
                Math.min(distances[i - 1][j], distances[i][j - 1]) + 1,
                distances[i - 1][j - 1] + cost);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
        }
      }
    }
    return distances[a.length()][b.length()];
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
