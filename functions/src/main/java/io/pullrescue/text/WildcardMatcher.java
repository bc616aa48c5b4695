package io.pullrescue.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Matches names against patterns of the configuration.
 *
 * @param patterns names in which {@code *} stands for any number of characters
 */
public record WildcardMatcher(List<String> patterns) {
  public WildcardMatcher {
    patterns = List.copyOf(patterns);
  }

  /** Returns the first pattern that matches this name. */
  public Optional<String> findMatch(String name) {
    return patterns.stream()
        .filter(pattern -> toRegex(pattern).matcher(name).matches())
        .findFirst();
  }

  /** Returns whether a pattern matches this name. */
  public boolean matches(String name) {
    return findMatch(name).isPresent();
  }

  private static Pattern toRegex(String wildcard) {
    return Pattern.compile(
        Arrays.stream(wildcard.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
