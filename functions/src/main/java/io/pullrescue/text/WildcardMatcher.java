package io.pullrescue.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names that an operator wrote.
 *
 * @param patterns {@code *} stands for any characters, also for none
 */
public record WildcardMatcher(List<String> patterns) {
  /** Copies the list, so that it never changes. */
  public WildcardMatcher {
    patterns = List.copyOf(patterns);
  }

  /** The first of them that stands for this name; empty where none does. */
  public Optional<String> findMatch(String name) {
    return patterns.stream().filter(value -> toRegex(value).matcher(name).matches()).findFirst();
  }

  /** Whether one of them stands for this name. */
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
